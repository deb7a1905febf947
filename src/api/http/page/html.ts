/** HTML that is safe to send: made by `html` alone, which escapes whatever it is given. */
export type Markup = string & { readonly brand: 'Markup' };

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element's content or a quoted attribute's value. */
export const escapeHtml = (text: string): Markup =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character) as Markup;

/** A value already made by `html`, several of them, or text to be escaped. */
type Value = string | { readonly markup: Markup } | readonly { readonly markup: Markup }[];

const written = (value: Value): string => {
  if (typeof value === 'string') return escapeHtml(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
};

/** Template tag: the literal parts are HTML, every value is escaped unless `html` made it. */
export const html = (
  parts: TemplateStringsArray,
  ...values: readonly Value[]
): { readonly markup: Markup } => ({
  markup: parts
    .map((part, index) => {
      const value = values[index];
      return value === undefined ? part : part + written(value);
    })
    .join('') as Markup,
});
