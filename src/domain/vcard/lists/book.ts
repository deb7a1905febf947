/** What a list's members are to be looked up in: the cards of one address book. Lists name them, groups know them by UID. */
export interface Book {
  /** UID of the card of a name. */
  uidOf(name: string): string | undefined;
  /** Name of the card with a UID. */
  nameOf(uid: string): string | undefined;
  /** What else a list says of the card of a name, as far as it is known. */
  about(name: string): CardSummary | undefined;
}

export interface CardSummary {
  readonly fullName?: string;
  readonly email?: string;
}

/** Where nobody looked: members stay recognizable by what the list itself says of them. */
export const unknownBook: Book = {
  uidOf: () => undefined,
  nameOf: () => undefined,
  about: () => undefined,
};
