/** Octets of an address that a path of SMTP can carry (RFC 5321 §4.5.3.1.3, without its brackets). */
const MOST = 254;
/** dot-atom (RFC 5322 §3.2.3), at most 64 octets (RFC 5321 §4.5.3.1.1), and no option of a program. */
const LOCAL = /^(?!-)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * Whether mail may be sent to, or come from, an address: `ada@example.org`. Quoted local parts, address literals
 * and letters beyond ASCII are refused (international domains are to be in their `xn--` form).
 */
export const isMailAddress = (text: string): boolean => {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  return (
    at > 0 &&
    at <= 64 &&
    text.length <= MOST &&
    LOCAL.test(local) &&
    domain.split('.').every((label) => LABEL.test(label))
  );
};
