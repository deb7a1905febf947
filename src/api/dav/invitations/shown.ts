import type { ETag, Instant } from '../../../domain/kernel/ids.ts';
import type { Delegation } from '../../../domain/rights/delegation.ts';
import type { Principal } from '../../services.ts';
import type { Name } from '../xml/names.ts';

/** A notification as a resource. */
export interface Told {
  /** Last path segment. */
  readonly name: string;
  readonly at: Instant;
  /** The element that says what it is. */
  readonly kind: Name;
  readonly body: string;
  readonly etag: ETag;
}

/** Somebody a calendar was offered to, and what they said. */
export interface Sharee {
  readonly person: Principal;
  readonly state: 'accepted' | 'declined' | 'noresponse';
  readonly may: Delegation;
}

/** What a calendar's row does not say of whom it is shared with. */
export interface Shares {
  /** Told to who may change rights. */
  readonly sharees: readonly Sharee[];
  /** Where its owner has it. */
  readonly host?: string;
}
