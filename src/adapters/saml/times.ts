import { SamlRefused } from './refusal.ts';

/** How far the provider's clock may be from ours, in ms. */
export const SKEW = 60_000;

/** xs:dateTime in UTC (saml-core-2.0-os §1.3.3), in ms. @throws SamlRefused for anything else */
export const timeOf = (text: string): number => {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new SamlRefused('unreadable');
  return time;
};

/** How old a message may be, in ms: it answers, or asks for, something of this moment. */
const AGE = 300_000;

/** Until when a message may be believed that was issued at a time. @throws SamlRefused when that is over, or to come */
export const freshUntil = (issued: string | undefined, now: number): number => {
  const time = timeOf(issued ?? '');
  if (now + SKEW < time) throw new SamlRefused('not-yet-valid');
  if (now - SKEW - AGE >= time) throw new SamlRefused('expired');
  return time + AGE + SKEW;
};

/** @throws SamlRefused outside of what the attributes of an element say, if they say anything */
export const checkTimes = (attributes: ReadonlyMap<string, string>, now: number): void => {
  const [before, after] = [attributes.get('NotBefore'), attributes.get('NotOnOrAfter')];
  if (before !== undefined && now + SKEW < timeOf(before)) throw new SamlRefused('not-yet-valid');
  if (after !== undefined && now - SKEW >= timeOf(after)) throw new SamlRefused('expired');
};
