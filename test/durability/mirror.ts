import type { Program } from '../support/program.ts';
import { CALENDAR } from './writers.ts';

/** A client's copy of the calendar, kept by sync-collection alone (RFC 6578). */
export interface Mirror {
  token: string;
  readonly etags: Map<string, string>;
}

export const mirror = (): Mirror => ({ token: '', etags: new Map() });

const request = (token: string): string =>
  `<D:sync-collection xmlns:D="DAV:"><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:limit><D:nresults>50</D:nresults></D:limit><D:prop><D:getetag/></D:prop></D:sync-collection>`;

const inner = (xml: string, name: string): string | undefined =>
  new RegExp(`<(?:\\w+:)?${name}>([^<]*)</`).exec(xml)?.[1];

/** Brings the copy up to date, page by page; the copy is only touched by whole answers. */
export const sync = async (server: Program, copy: Mirror): Promise<void> => {
  for (;;) {
    const answer = await server.request('REPORT', CALENDAR, {
      headers: { 'content-type': 'application/xml', depth: '0' },
      body: request(copy.token),
    });
    const xml = await answer.text();
    if (answer.status !== 207) throw new Error(`sync answered ${answer.status}: ${xml}`);
    let truncated = false;
    for (const response of xml.split(/<(?:\w+:)?response>/).slice(1)) {
      const href = inner(response, 'href') ?? '';
      const name = decodeURIComponent(href.slice(href.lastIndexOf('/') + 1));
      const etag = inner(response, 'getetag');
      if (name === '') truncated = response.includes('507');
      else if (etag === undefined) copy.etags.delete(name);
      else copy.etags.set(name, etag);
    }
    const token = [...xml.matchAll(/<(?:\w+:)?sync-token>([^<]+)</g)].at(-1)?.[1];
    if (token === undefined) throw new Error(`an answer without DAV:sync-token: ${xml}`);
    copy.token = token;
    if (!truncated) return;
  }
};
