/** Milliseconds, UTC; `from` is part of it, `to` is not. Either may be infinite (RFC 4791 §9.9). */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}
