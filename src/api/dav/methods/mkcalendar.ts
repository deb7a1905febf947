import { type Answer, empty, multistatus } from '../answer.ts';
import { refuse } from '../errors.ts';
import { hrefElement } from '../href.ts';
import { failedPropstats } from '../properties/change.ts';
import { appliedHeaders } from '../preferences.ts';
import { instructionsOf } from '../properties/request.ts';
import type { DavRequest, Method } from '../tables.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { caldav, dav } from '../xml/names.ts';
import { element } from '../xml/write.ts';
import { blueprintOf, kindOf, RESOURCE_TYPE, valueOf } from './blueprint.ts';
import { make, mustTake, siteFor } from './make.ts';

const handle = async (request: DavRequest): Promise<Answer> => {
  const site = await siteFor(request);
  mustTake(site, 'calendar');
  const body = xmlBodyOf(request, caldav('mkcalendar'));
  const instructions = body === undefined ? [] : instructionsOf(body, ['set']);
  // MKCALENDAR says already what is made; some clients say it twice, which must then agree.
  const type = valueOf(instructions, RESOURCE_TYPE);
  if (type !== undefined && kindOf(type) !== 'calendar')
    throw refuse(403, dav('valid-resourcetype'));
  const { creation, plan } = blueprintOf(request.tables, 'calendar', instructions);
  if ('failures' in plan)
    return multistatus([
      element(
        dav('response'),
        hrefElement(request.path.raw),
        ...failedPropstats(instructions, plan.failures),
      ),
    ]);
  await make(request, site, creation, plan.change);
  return empty(201, {
    'cache-control': 'no-cache',
    ...appliedHeaders(request.headers, 'return=minimal'),
  });
};

/** MKCALENDAR. Properties that cannot be set are said in a 207, and then nothing is made (§5.3.1.1). */
export const mkcalendar: Method = {
  name: 'MKCALENDAR',
  source: 'RFC 4791 §5.3.1',
  on: ['vacant'],
  body: 'xml',
  preferences: ['return=minimal'],
  compliance: ['calendar-access'],
  handle,
  elsewhere: handle,
};
