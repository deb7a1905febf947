import { afterAt } from '../../domain/account/visibility.ts';
import type { DomainSettings } from '../domains.ts';
import type { Services } from '../services.ts';

/** Whether a login names no domain, or one that is admitted (SOGoForbidUnknownDomainsAuth). */
export const admittedBy =
  (settings: Pick<DomainSettings, 'admitted'>) =>
  (login: string): boolean => {
    const domain = afterAt(login);
    return settings.admitted === undefined || domain === undefined || settings.admitted.has(domain);
  };

/**
 * Lets in only those whose login names no domain, or one that is admitted (SOGoForbidUnknownDomainsAuth). All
 * others are proven all the same, so that neither answer nor time tells who exists there.
 */
export const admitting = (
  settings: Pick<DomainSettings, 'admitted'>,
  authenticate: Services['authenticate'],
): Services['authenticate'] => {
  const isAdmitted = admittedBy(settings);
  return async (typed, password, attempt) => {
    const who = await authenticate(typed, password, attempt);
    if (who === undefined || 'refused' in who) return isAdmitted(typed) ? who : undefined;
    return isAdmitted(typed) && isAdmitted(who.login) ? who : undefined;
  };
};
