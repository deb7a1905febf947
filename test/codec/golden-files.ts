import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DomainEvent } from '../../src/domain/events.ts';

/** One event as it stands in logs for ever: octets before sealing, and what they mean today. */
export interface Golden {
  readonly variant: string;
  /** Base 16. */
  readonly payload: string;
  /** In the notation of `notate`. */
  readonly event: unknown;
}

const folder = fileURLToPath(new URL('../corpus/events/', import.meta.url));
const path = (type: string, version: number): string => `${folder}${type}.v${version}.json`;

export const goldens = (type: string, version: number): readonly Golden[] =>
  existsSync(path(type, version))
    ? (JSON.parse(readFileSync(path(type, version), 'utf8')) as Golden[])
    : [];

/** Type and version of every file of the corpus. */
export const corpus = (): readonly (readonly [type: string, version: number])[] =>
  readdirSync(folder).map((file) => {
    const [, type = file, version = '0'] = /^(\w+)\.v(\d+)\.json$/.exec(file) ?? [];
    return [type, Number(version)];
  });

/** Adds to the end of a file. What is there already is never touched. */
export const addGoldens = (type: string, version: number, added: readonly Golden[]): void =>
  writeFileSync(
    path(type, version),
    `${JSON.stringify([...goldens(type, version), ...added], undefined, 2)}\n`,
  );

/** An event as JSON: octets as `{"$octets": base 64}`, maps as `{"$map": [[key, value]]}`. */
export const notate = (event: DomainEvent): unknown => JSON.parse(JSON.stringify(mark(event)));

const mark = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { $octets: Buffer.from(value).toString('base64') };
  if (value instanceof Map) return { $map: [...value] };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mark(each)]));
};

/** The event that `notate` wrote. */
export const denote = (noted: unknown): DomainEvent =>
  JSON.parse(JSON.stringify(noted), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$octets' in value) return new Uint8Array(Buffer.from(String(value.$octets), 'base64'));
    if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
    return value;
  }) as DomainEvent;
