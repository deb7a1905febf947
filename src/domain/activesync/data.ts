/**
 * Application data of Exchange ActiveSync as plain values: what a request's
 * `ApplicationData` holds once its WBXML is read, and what an answer's will
 * hold before it is written (MS-ASWBXML 2.1.2; MS-ASAIRS, MS-ASCAL, MS-ASCNTC,
 * MS-ASTASK and MS-ASNOTE say which elements each class has).
 */

/** The elements in their order. */
export type Data = readonly Element[];

/**
 * One element.
 *
 * `tag` is the code page in lower case, a colon and the element's name, such
 * as `calendar:Subject`; `value` is its text, its opaque octets, or the
 * elements inside it. An empty element has the text ''.
 */
export interface Element {
  readonly tag: string;
  readonly value: string | Uint8Array | Data;
}
