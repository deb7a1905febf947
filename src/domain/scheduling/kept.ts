/** What was heard last of a sender about an instance, as calendars keep it: `Mark` of receiving.ts. */
export interface KeptMark {
  readonly sender: string;
  readonly instance: string;
  readonly sequence: number;
  readonly dtstamp: string;
  readonly cancelled: boolean;
}

/** `Heard` of receiving.ts, as calendars keep it: they only hand it back. */
export interface KeptHeard {
  readonly marks: readonly KeptMark[];
  readonly held: readonly { readonly message: string; readonly sender: string }[];
}
