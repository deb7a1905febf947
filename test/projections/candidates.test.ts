import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Component } from '../../src/domain/calendar/calendar.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { BlobRef, ETag, ResourceName, Uid } from '../../src/domain/kernel/ids.ts';
import { at, object } from '../support/times.ts';
import {
  calendarStream,
  created,
  deleted,
  type Fixture,
  inline,
  openFixture,
  whole,
} from './fixture.ts';

const holding = (
  name: string,
  content: Extract<DomainEvent, { type: 'CalendarObjectStored' }>['content'],
  component: Component = 'VEVENT',
): DomainEvent => ({
  type: 'CalendarObjectStored',
  name: name as ResourceName,
  facts: { uid: name as Uid, etag: name as ETag, component },
  content,
});
const event = (name: string, ...lines: readonly string[]): DomainEvent =>
  holding(name, inline(object(lines)));
const day = (index: number): string =>
  new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10).replaceAll('-', '');

const stream = calendarStream();
let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  const last = await fixture.record(stream, [
    created(),
    ...Array.from({ length: 400 }, (_, index) =>
      event(`${day(index)}`, `DTSTART:${day(index)}T090000Z`, 'DURATION:PT1H'),
    ),
    event('long', 'DTSTART:20260101T000000Z', 'DTEND:20260601T000000Z'),
    event('endless', 'DTSTART:20260301T090000Z', 'RRULE:FREQ=WEEKLY'),
    event('counted', 'DTSTART:20260101T090000Z', 'RRULE:FREQ=DAILY;COUNT=10'),
    event('floating', 'DTSTART;VALUE=DATE:20260401'),
    holding('unread', { kind: 'blob', ref: 'x' as BlobRef, size: 9 }),
    holding('no calendar', inline('BEGIN:VCALENDAR')),
    holding('task', inline(object(['BEGIN:VTODO', 'UID:one', 'END:VTODO'])), 'VTODO'),
    holding('journal', inline(object(['BEGIN:VJOURNAL', 'UID:one', 'END:VJOURNAL'])), 'VJOURNAL'),
    event('gone', 'DTSTART:20260401T090000Z'),
    deleted('gone'),
  ]);
  expect(await fixture.run('one').seen(stream, last, 10_000)).toBe(true);
});
afterAll(() => fixture.close());

const candidates = async (
  from: number,
  to: number,
  components: readonly Component[] | 'all' = ['VEVENT'],
) => {
  const wanted = components === 'all' ? undefined : components;
  const answer = fixture.model.collections.candidates(stream, { components: wanted, from, to });
  return (await whole(answer))?.rows.map(({ name }) => name);
};

describe('candidates for a time range', () => {
  const unknown = ['unread', 'no calendar'];

  test('are those whose bounds reach it, and those whose bounds nobody knows', async () => {
    expect(await candidates(at('20260401T000000Z'), at('20260402T000000Z'))).toEqual([
      '20260401',
      'long',
      'endless',
      'floating',
      ...unknown,
    ]);
    expect(await candidates(at('20260109T120000Z'), at('20260110T080000Z'))).toEqual([
      'long',
      'counted',
      ...unknown,
    ]);
  });

  test('keep a day on either side of what floats, whoever asks', async () => {
    const late = await candidates(at('20260402T120000Z'), at('20260402T130000Z'));
    expect(late).toContain('floating');
    const later = await candidates(at('20260403T010000Z'), at('20260403T020000Z'));
    expect(later).not.toContain('floating');
  });

  test('are all members of a component where there is no range', async () => {
    expect(await candidates(-Infinity, Infinity)).toHaveLength(406);
    expect(await candidates(-Infinity, Infinity, ['VTODO', 'VJOURNAL'])).toEqual([
      'task',
      'journal',
    ]);
    expect(await candidates(-Infinity, Infinity, 'all')).toHaveLength(408);
  });

  test('are open at either end', async () => {
    expect(await candidates(at('20270202T120000Z'), Infinity)).toEqual([
      '20270203',
      '20270204',
      'endless',
      ...unknown,
    ]);
    expect(await candidates(-Infinity, at('20260101T080000Z'))).toEqual(['long', ...unknown]);
  });

  test('are certain where they lie in the range and nothing can take them out of it', async () => {
    const certain = async (from: string, to: string) => {
      const asked = { components: ['VEVENT'] as const, from: at(from), to: at(to) };
      const answer = await whole(fixture.model.collections.candidates(stream, asked));
      return answer?.rows.flatMap(({ name, certain }) => (certain === true ? [name] : []));
    };
    expect(await certain('20260331T000000Z', '20260403T000000Z')).toEqual([
      '20260331',
      '20260401',
      '20260402',
    ]);
    // Its day is a little longer, as long as nobody says whose.
    expect(await certain('20260330T235959Z', '20260403T000001Z')).toEqual([
      '20260331',
      '20260401',
      '20260402',
      'floating',
    ]);
    expect(await certain('20260401T090000Z', '20260401T100001Z')).toEqual([]);
    expect(await certain('20260401T085959Z', '20260401T100000Z')).toEqual([]);
    expect(await certain('20251231T000000Z', '20260602T000000Z')).toContain('long');
    expect(await certain('20251231T000000Z', '20270602T000000Z')).toHaveLength(402);
  });

  test('leave out a journal that says nothing of time, but not a task (RFC 4791 §9.9)', async () => {
    const range = [at('20260401T000000Z'), at('20260402T000000Z')] as const;
    expect(await candidates(...range, ['VTODO', 'VJOURNAL'])).toEqual(['task']);
  });
});
