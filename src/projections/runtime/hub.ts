import {
  defer,
  EMPTY,
  exhaustMap,
  filter,
  firstValueFrom,
  from,
  map,
  merge,
  type Observable,
  of,
  Subject,
  timer,
} from 'rxjs';
import type { Expected, Revision, StreamId } from '../../domain/kernel/event-store.ts';

/** Streams whose applied revision is remembered, so that a writer's question needs no round trip. */
const REMEMBERED = 10_000;
/** Milliseconds between looks at the rows: where another node writes them, and where this one should. */
const LOOK = { elsewhere: 20, here: 100 } as const;

interface HubParts {
  /** Revision of the stream's last event in the rows; `no-stream` where no projection handles it. */
  applied(stream: StreamId): Promise<Expected>;
  /** Whether this node writes the stream's rows. */
  isHere(stream: StreamId): boolean;
  /** Told when somebody begins to wait; the answer, when he no longer does. */
  hurry(): () => void;
}

/** Who waits for which stream. One Subject a stream: a filter per waiter cost 400 times as much. */
export interface Hub {
  /** Says that rows up to a revision are there to be read. */
  tell(stream: StreamId, revision: Revision): void;
  /** Says that the log has a revision whose rows another node writes. */
  announce(stream: StreamId, revision: Revision): void;
  /** Calls back with every revision told from now on, until the answer is called. */
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  /** Whether the rows include the revision, waiting so many milliseconds at most for it. */
  seen(stream: StreamId, revision: Revision, timeoutMs: number): Promise<boolean>;
  /** How many wait for rows, and how many watch streams. */
  waits(): { readonly rows: number; readonly changes: number };
  /** Forgets what it knows of applied revisions: the rows may have been replaced. */
  forget(): void;
  close(): void;
}

interface Told {
  readonly revision: Revision;
  /** Whether the rows include it. */
  readonly rows: boolean;
}

export const startHub = ({ applied, isHere, hurry }: HubParts): Hub => {
  const subjects = new Map<StreamId, Subject<Told>>();
  const known = new Map<StreamId, Revision>();
  const waits = { rows: 0, changes: 0 };

  const heard = (stream: StreamId): Observable<Told> =>
    defer(() => {
      const subject = subjects.get(stream) ?? new Subject<Told>();
      subjects.set(stream, subject);
      return subject;
    });

  const tidy = (stream: StreamId): void => {
    if (subjects.get(stream)?.observed === false) subjects.delete(stream);
  };

  return {
    tell(stream, revision) {
      known.delete(stream);
      known.set(stream, revision);
      if (known.size > REMEMBERED) {
        const [oldest] = known.keys();
        if (oldest !== undefined) known.delete(oldest);
      }
      subjects.get(stream)?.next({ revision, rows: true });
    },
    announce(stream, revision) {
      subjects.get(stream)?.next({ revision, rows: false });
    },
    watch(stream, told) {
      const subscription = heard(stream).subscribe(({ revision }) => told(revision));
      waits.changes += 1;
      return () => {
        if (!subscription.closed) waits.changes -= 1;
        subscription.unsubscribe();
        tidy(stream);
      };
    },
    async seen(stream, revision, timeoutMs) {
      const reaches = (at: Expected | undefined): boolean =>
        at !== undefined && at !== 'no-stream' && at >= revision;
      if (reaches(known.get(stream))) return true;
      const rest = hurry();
      waits.rows += 1;
      const every = isHere(stream) ? LOOK.here : LOOK.elsewhere;
      const look = exhaustMap(() => from(applied(stream).catch(() => undefined)));
      const rows = merge(
        heard(stream).pipe(filter((told) => told.rows && reaches(told.revision))),
        // Subscribed first, compared after: nothing told in between is missed.
        defer(() => (reaches(known.get(stream)) ? of(revision) : EMPTY)),
        timer(known.has(stream) ? every : 0, every).pipe(look, filter(reaches)),
      );
      const late = timer(timeoutMs).pipe(map(() => false));
      const answer = firstValueFrom(merge(rows.pipe(map(() => true)), late));
      return answer.finally(() => {
        rest();
        waits.rows -= 1;
        tidy(stream);
      });
    },
    waits: () => waits,
    forget: () => known.clear(),
    close() {
      for (const subject of subjects.values()) subject.complete();
      subjects.clear();
    },
  };
};
