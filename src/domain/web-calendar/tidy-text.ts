const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g;
const LINE_END = /\r\n|\r|\n/;
/** What a content line begins with (RFC 5545 §3.1); a continuation begins with a blank. */
const BEGINNING = /^[A-Za-z0-9_-]+[;:]/;

/**
 * The text of a feed without what would keep all of it from being read: a byte order mark, control characters, lone
 * carriage returns, empty lines, and lines that are none, which some programs leave where a text should have been
 * folded. What such a line said is lost; nothing else is.
 */
export const tidyText = (text: string): string => {
  const kept: string[] = [];
  let isKept = false;
  for (const line of text
    .replace(/^\ufeff/, '')
    .replaceAll(FORBIDDEN, '')
    .split(LINE_END)) {
    const isContinuation = line.startsWith(' ') || line.startsWith('\t');
    if (!isContinuation) isKept = BEGINNING.test(line);
    if (isKept) kept.push(line);
  }
  return kept.join('\r\n');
};
