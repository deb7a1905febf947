import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Opening } from '../projection.ts';
import type { Report } from './faults.ts';
import type { Node } from './writing.ts';

/** What a projector needs besides its projection and its tables. */
export interface ProjectorParts {
  readonly codec: Opening;
  readonly node: Node;
  readonly report: Report;
  /** Told after each commit. */
  tell(stream: StreamId, revision: Revision): void;
  /** Ends the waiting for tables that cannot be reached. */
  readonly signal: AbortSignal;
}
