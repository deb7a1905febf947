import { badRequest, refuse } from '../errors.ts';
import { checkAsked } from '../properties/asked.ts';
import { appliedHeaders } from '../preferences.ts';
import { type Method, placeOf, subjectPlaces } from '../tables.ts';
import { xmlBody } from '../xml/body.ts';
import { dav } from '../xml/names.ts';

/** REPORT: the root element of the body names the row of the report table. */
export const report: Method = {
  name: 'REPORT',
  source: 'RFC 3253 §3.6',
  on: subjectPlaces,
  body: 'xml',
  preferences: ['return=minimal'],
  async handle(request) {
    const body = xmlBody(request);
    if (body === undefined) throw badRequest('REPORT needs a body.');
    const place = placeOf(request.resource);
    const row = request.tables.reports.find(
      ({ name, on }) => name === body.name && on.includes(place),
    );
    if (row === undefined) throw refuse(403, dav('supported-report'));
    checkAsked(request.tables, body);
    const answer = await row.handle(request, body);
    if (answer.status !== 207) return answer;
    const applied = appliedHeaders(request.headers, 'return=minimal');
    return { ...answer, headers: { ...answer.headers, ...applied } };
  },
};
