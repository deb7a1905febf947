import { canonicalLogin } from '../../../domain/account/login.ts';
import type { Principal } from '../../services.ts';
import { hrefElement, hrefs } from '../href.ts';
import { readHref } from '../path.ts';
import { belowRoot } from '../resolve.ts';
import type { DavRequest } from '../tables.ts';
import { calendarServer } from '../xml/names.ts';
import { element, type Markup, nothing, textElement } from '../xml/write.ts';

/** Octets of an address. */
const ADDRESS = 320;

/**
 * Whom an href names: a mail address or a principal. Whoever is known to a directory and never came gets his account,
 * as with every other way to share. `undefined` for nobody, and for whom one may not know of.
 */
export const personAt = async (
  { services, principal }: DavRequest,
  href: string,
): Promise<Principal | undefined> => {
  const { sharing } = services;
  const [, address] = /^mailto:(.*)$/is.exec(href.trim()) ?? [];
  if (address === undefined) {
    const within = belowRoot(readHref(href) ?? []);
    const [login] = within ?? [];
    return login === undefined || within?.length !== 1 || login.startsWith('@')
      ? undefined
      : sharing.newcomerCalled(canonicalLogin(login), principal);
  }
  const mail = decoded(address).trim().toLowerCase();
  if (mail === '' || mail.length > ADDRESS) return undefined;
  if (principal.mail.toLowerCase() === mail) return principal;
  const found = await sharing.search(mail, principal);
  const [login, ...others] = found
    .filter((one) => one.mail.toLowerCase() === mail)
    .map((one) => one.login);
  // An address of several people names none of them.
  if (others.length > 0) return undefined;
  return sharing.newcomerCalled(login ?? canonicalLogin(mail), principal);
};

const decoded = (address: string): string => {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
};

/** How somebody is named in invitations: as clients compare it with `calendar-user-address-set`. */
export const addressOf = ({ mail, login }: Principal): string =>
  mail === '' ? hrefs.principal(login) : `mailto:${mail}`;

/** `D:href` and `CS:common-name` of somebody. */
export const named = (person: Principal): readonly Markup[] => [
  hrefElement(addressOf(person)),
  person.displayName === ''
    ? nothing
    : textElement(calendarServer('common-name'), person.displayName),
];

/** `CS:organizer`: whose calendar it is. */
export const organizer = (owner: Principal): Markup =>
  element(calendarServer('organizer'), ...named(owner));
