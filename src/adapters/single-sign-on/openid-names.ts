/** Letters of a name. */
const LIMIT = 256;

/**
 * The name that a claim holds. A provider that lets anybody write any address says so in `email_verified`
 * (OpenID Connect Core 1.0 §5.1): an address that nobody verified is nobody's name.
 */
export const nameIn = (
  claims: Readonly<Record<string, unknown>>,
  claim: string,
): { readonly name: string } | 'absent' | 'unverified' => {
  const value = claims[claim];
  if (typeof value !== 'string' || value.trim() === '' || value.length > LIMIT) return 'absent';
  return claim === 'email' && claims['email_verified'] === false ? 'unverified' : { name: value };
};
