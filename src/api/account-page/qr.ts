import qrcode from 'qrcode-generator';
import { html } from '../http/page/html.ts';

type Piece = ReturnType<typeof html>;

/** Blank modules around the symbol, without which cameras don't find it (ISO/IEC 18004 §6.3.8). */
const QUIET = 4;

/** A QR code as an SVG element: black on white whatever the page's colours, as cameras want it. */
export const qrSvg = (text: string, label: string): Piece => {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const size = String(count + 2 * QUIET);
  let path = '';
  for (let row = 0; row < count; row += 1)
    for (let column = 0; column < count; column += 1)
      if (code.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
  return html`<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff" /><path d="${path}" fill="#000" /></svg>`;
};
