import type { Device, DeviceId } from '../../domain/account/devices.ts';
import type { Element } from '../../domain/activesync/data.ts';
import type { Version } from '../../domain/activesync/version.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import type { Principal, Services } from '../services.ts';
import type { CommandName } from './command-names.ts';
import type { EasParts } from './parts.ts';
import type { EasQuery } from './query.ts';
import type { Reader } from './wbxml/read.ts';

/** The device that a request comes from. */
export interface PresentDevice {
  readonly id: DeviceId;
  /** As its account's events have it. */
  readonly known: Device;
  /** As it calls itself now. */
  readonly type: string;
}

/** A request as commands see it: who and what sent it is settled. */
export interface EasRequest {
  readonly services: Services;
  readonly parts: EasParts;
  readonly principal: Principal;
  readonly device: PresentDevice;
  readonly version: Version;
  readonly query: EasQuery;
  /** '0' where there is none. */
  readonly policyKey: string;
  /** Empty where there is none. */
  readonly body: Buffer;
  readonly acceptsMultipart: boolean;
  readonly by: Provenance;
  /** Aborts when the client is gone or the server stops: whoever waits lets go. */
  readonly signal: AbortSignal;
  /** Reads the body, whose root has to be the command's. @throws EasRefusal InvalidWbxml, InvalidXml */
  read<T>(reader: Reader<T>): T;
}

/** What a command answers: an element, octets of some other type, or an empty body. */
export type EasAnswer =
  | { readonly element: Element }
  | { readonly octets: Uint8Array; readonly type: string }
  | 'nothing';

/** One command: a row of `commands.ts`. */
export interface Command {
  readonly name: CommandName;
  /** Where the specification has it. */
  readonly source: string;
  /** First and last version that has it. */
  readonly since: Version;
  readonly until: Version;
  /** Root element of requests and answers. */
  readonly root: string;
  /** The element within it that says what became of the request as a whole. */
  readonly status: string;
  /** Whether a device needs the key of its policy (MS-ASPROV 3.1.5.1). */
  readonly needsPolicy: boolean;
  /** Whether a device may ask that waits to be allowed, so that an administrator sees what it is. */
  readonly inQuarantine: boolean;
  /** Octets of a body. */
  readonly limit: number;
  /** Whether a request without a body means something. */
  readonly mayBeEmpty: boolean;
  handle(request: EasRequest): Promise<EasAnswer>;
}
