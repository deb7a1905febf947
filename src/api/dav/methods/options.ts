import { empty } from '../answer.ts';
import { allowed, complianceOf } from '../dispatch.ts';
import { type Method, placeOf, places } from '../tables.ts';
import { methodsWithin } from '../workarounds.ts';

/** What can be done with a resource, read from the tables. */
export const options: Method = {
  name: 'OPTIONS',
  source: 'RFC 4918 §10.1, RFC 9110 §9.3.7',
  on: places.filter((place) => place !== 'nothing'),
  body: 'xml',
  compliance: ['1', '3'],
  handle: async ({ tables, resource }) => {
    const place = placeOf(resource);
    return empty(200, {
      allow: [...allowed(tables, place), ...methodsWithin(place)].join(', '),
      dav: complianceOf(tables),
    });
  },
};
