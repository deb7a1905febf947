import { SEARCH_LIMIT } from '../../../domain/account/directory.ts';
import { xml } from '../answer.ts';
import { badRequest } from '../errors.ts';
import type { Report } from '../tables.ts';
import { attributeOf, childOf } from '../xml/element.ts';
import { inverse } from '../xml/names.ts';
import { document, element, textElement } from '../xml/write.ts';

/** People to share with, by a part of their name, login or address: SOGo's own search. 400 for nobody, as there. */
export const userQuery: Report = {
  name: inverse('user-query'),
  source: 'SOGo',
  on: ['root', 'principal'],
  async handle({ services, principal }, body) {
    const users = childOf(body, inverse('users'));
    const text = (users && attributeOf(users, 'match-name'))?.trim() ?? '';
    if (text === '' || text.length > SEARCH_LIMIT)
      throw badRequest('user-query needs users with a match-name.');
    const found = await services.sharing.search(text, principal);
    if (found.length === 0) throw badRequest('Nobody is called so.');
    return xml(
      207,
      document(
        inverse('users'),
        ...found.map(({ login, displayName, mail, info }) =>
          element(
            inverse('user'),
            textElement(inverse('id'), login),
            textElement(inverse('displayName'), displayName),
            textElement(inverse('email'), mail),
            textElement(inverse('info'), info),
          ),
        ),
      ),
    );
  },
};
