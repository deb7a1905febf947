/** What a card says of an entry: the fields that it sets. Those that it does not name lose their values. */
export interface EntryContents {
  /** The guide's contact fields, in small letters, none of them empty. */
  readonly contact: ReadonlyMap<string, string>;
  /** The first is the one to write to. */
  readonly mails: readonly string[];
  readonly photo: Uint8Array | undefined;
}

/** Why a directory does not take a change. */
export type WritingRefusal =
  /** The directory does not let whoever asks. */
  | 'not-allowed'
  /** Its schema wants what the card has not, or does not know what it has. */
  | 'not-fitting'
  /** Something has that name. */
  | 'exists'
  /** There is no such entry. */
  | 'not-found';

export type Written = { readonly done: true } | { readonly refused: WritingRefusal };

/** The login of whoever changes it, for sources that answer everybody differently. */
interface Changing {
  readonly asker?: string | undefined;
}

/** Changes of a source's entries. All throw UserSourceUnavailable. */
export interface EntryWriting {
  add(id: string, contents: EntryContents, by: Changing): Promise<Written>;
  replace(id: string, contents: EntryContents, by: Changing): Promise<Written>;
  remove(id: string, by: Changing): Promise<Written>;
}
