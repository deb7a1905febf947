/** A written message, from whom and to whom it goes. Both are addresses (`isMailAddress`). */
export interface Envelope {
  readonly sender: string;
  readonly recipient: string;
  readonly octets: Buffer;
}
