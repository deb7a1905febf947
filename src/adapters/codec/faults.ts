import type { Recorded } from '../../domain/kernel/event-store.ts';

type Place = Pick<Recorded, 'stream' | 'revision' | 'type' | 'schemaVersion'>;

const described = ({ stream, revision, type, schemaVersion }: Place): string =>
  `${stream} at revision ${revision}: ${type} version ${schemaVersion}`;

/** A recorded event that this version cannot read. Says where it stands and never what it holds. */
export class EventUndecodable extends Error {
  override readonly name = 'EventUndecodable';
  readonly code = 'event-undecodable';
  readonly stream: Recorded['stream'];
  readonly revision: Recorded['revision'];
  constructor(place: Place, why: string) {
    super(`${described(place)} ${why}`);
    this.stream = place.stream;
    this.revision = place.revision;
  }
}

/** A recorded event whose payload is not what was sealed under its id, type and version. */
export class EventTampered extends Error {
  override readonly name = 'EventTampered';
  readonly code = 'event-tampered';
  readonly stream: Recorded['stream'];
  readonly revision: Recorded['revision'];
  constructor(place: Place) {
    super(`${described(place)} does not open with its key`);
    this.stream = place.stream;
    this.revision = place.revision;
  }
}

/** An event that could be written but never read again; refused before it reaches the log. */
export class EventUnencodable extends Error {
  override readonly name = 'EventUnencodable';
  readonly code = 'event-unencodable';
  constructor(type: string, why: string) {
    super(`${type} ${why}`);
  }
}
