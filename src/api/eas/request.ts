import type { FastifyRequest } from 'fastify';
import { deviceIdFrom } from '../../domain/account/devices.ts';
import { isAtLeast, type Version } from '../../domain/activesync/version.ts';
import { viaOf } from '../http/client.ts';
import type { Principal, Services } from '../services.ts';
import { admitted } from './admission.ts';
import { EasRefusal } from './errors.ts';
import type { EasParts } from './parts.ts';
import { type EasQuery, versionNamed } from './query.ts';
import type { Command, EasRequest } from './table.ts';
import { decodeWbxml } from './wbxml/decode.ts';
import { readDocument } from './wbxml/read.ts';

const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** The version that a request speaks. */
export const versionOf = (query: EasQuery, request: FastifyRequest): Version | undefined =>
  versionNamed(query.version ?? headerOf(request, 'ms-asprotocolversion') ?? '');

/** What the header or the coded query says; nonsense is a key that nobody has. */
const policyKeyOf = (query: EasQuery, request: FastifyRequest): string =>
  query.policyKey ?? headerOf(request, 'x-ms-policykey')?.trim() ?? '0';

/** Characters of a device's type, and of its program's name. */
const BOUNDS = { type: 64, agent: 256 } as const;

const printable = (text: string, most: number): string =>
  text.replace(/[^\x20-\x7e]/g, '').slice(0, most);

/** WBXML, or nothing at all; what version 12.1 sends as a mail is a mail. */
const mediaTypes = /^(?:application\/vnd\.ms-sync(?:\.wbxml)?|message\/rfc822)\s*(?:;|$)/i;

/** What a request asks for, once its command, its version and its device are known. @throws EasRefusal */
export const understood = async (
  given: { readonly services: Services; readonly parts: EasParts },
  asked: {
    readonly principal: Principal;
    readonly query: EasQuery;
    readonly command: Command;
    readonly version: Version;
    readonly signal: AbortSignal;
  },
  request: FastifyRequest,
): Promise<EasRequest> => {
  const { services, parts } = given;
  const { principal, query, command, version, signal } = asked;
  if (!isAtLeast(version, command.since) || !isAtLeast(command.until, version))
    throw new EasRefusal('CommandNotSupported');
  const id = deviceIdFrom(query.deviceId);
  if (id === undefined) throw new EasRefusal('InvalidDeviceId');
  const type = printable(query.deviceType, BOUNDS.type);
  if (type === '' || type !== query.deviceType) throw new EasRefusal('InvalidDeviceType');
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const media = headerOf(request, 'content-type') ?? '';
  if (body.length === 0 ? !command.mayBeEmpty : media !== '' && !mediaTypes.test(media))
    throw new EasRefusal('InvalidContent');
  const policyKey = policyKeyOf(query, request);
  const agent = printable(headerOf(request, 'user-agent') ?? '', BOUNDS.agent);
  const by = {
    actor: principal.account,
    via: viaOf('eas', agent),
    at: services.now(),
    correlationId: request.id,
    causationId: request.id,
  };
  const device = await admitted(
    {
      ...{ services, parts, principal, id, type, agent, version, policyKey, by },
      address: request.remote.address ?? '',
    },
    command,
  );
  return {
    ...{ services, parts, principal, device, version, query, policyKey, body, by, signal },
    acceptsMultipart:
      query.acceptsMultipart ||
      headerOf(request, 'ms-asacceptmultipart')?.trim().toUpperCase() === 'T',
    read: (reader) => readDocument(decodeWbxml(body), command.root, reader),
  };
};
