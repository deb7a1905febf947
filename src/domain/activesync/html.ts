/** HTML and plain text of bodies, one made of the other. Both take time in proportion to the text. */

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Elements after which a line ends; those of `SPACED` are set off by an empty one. */
const BLOCKS: ReadonlySet<string> = new Set(['br', 'div', 'tr', 'li', 'dt', 'dd', 'hr']);
const SPACED: ReadonlySet<string> = new Set(
  'p,h1,h2,h3,h4,h5,h6,ul,ol,table,blockquote,pre'.split(','),
);
/** What is inside of these is not for readers. */
const HIDDEN: ReadonlySet<string> = new Set(['script', 'style', 'head', 'title']);

/** What a reader of HTML would see, its lines parted by LF. */
export const textOfHtml = (html: string): string => {
  const parts: string[] = [];
  let hidden = '';
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    const end = open === -1 ? html.length : open;
    if (hidden === '') parts.push(decoded(html.slice(at, end).replaceAll(/\s+/g, ' ')));
    if (open === -1) break;
    const close = html.indexOf('>', open);
    if (close === -1) break;
    const comment = html.startsWith('<!--', open) ? html.indexOf('-->', open) : close - 2;
    if (comment === -1) break;
    const [, slash = '', name = ''] =
      /^(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open + 1, open + 20)) ?? [];
    const tag = name.toLowerCase();
    if (HIDDEN.has(tag) && slash === '') hidden ||= tag;
    else if (hidden === tag && slash !== '') hidden = '';
    else if (hidden === '') parts.push(breakFor(tag, slash !== ''));
    at = Math.max(close, comment + 2) + 1;
  }
  return parts
    .join('')
    .replaceAll(/ *\n */g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
};

const breakFor = (tag: string, closes: boolean): string => {
  if (tag === 'li' && !closes) return '\n- ';
  if (SPACED.has(tag)) return '\n\n';
  return BLOCKS.has(tag) && (closes || tag === 'br' || tag === 'div') ? '\n' : '';
};

const decoded = (text: string): string =>
  text.includes('&')
    ? text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, ...found) => {
        const [decimal, hex, name] = found as readonly (string | undefined)[];
        if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
        const code = Number.parseInt(decimal ?? hex ?? '0', decimal === undefined ? 16 : 10);
        return code >= 0x20 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : ' ';
      })
    : text;

/** A text as an HTML document that shows it so. */
export const htmlOfText = (text: string): string => {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\r?\n/g, '<br>\r\n');
  return `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>${escaped}</body></html>`;
};
