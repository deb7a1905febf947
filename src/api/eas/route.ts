/** Where requests of ActiveSync end up, however they were written. */
export const EAS_ROOT = '/Microsoft-Server-ActiveSync';
/** The same for Autodiscover. */
export const AUTODISCOVER_XML = '/autodiscover/autodiscover.xml';
export const AUTODISCOVER_JSON = '/autodiscover/autodiscover.json';

/**
 * The route of a request that ActiveSync or Autodiscover answers, `undefined` for all others. Letters may be large or
 * small, and SOGo's path comes before the other one (MS-ASHTTP 2.2.1.1.1; MS-OXDISCO 3.1.5).
 */
export const easRoute = (url: string): string | undefined => {
  if (/^\/(?:SOGo\/)?Microsoft-Server-ActiveSync\/*(?:\?|$)/i.test(url)) return EAS_ROOT;
  if (/^\/autodiscover\/autodiscover\.xml(?:\?|$)/i.test(url)) return AUTODISCOVER_XML;
  return /^\/autodiscover\/autodiscover\.json(?:[/?]|$)/i.test(url) ? AUTODISCOVER_JSON : undefined;
};
