/**
 * The login that is meant where somebody signs in with a browser: as typed when it names a domain by itself,
 * else in the domain that was chosen, else with what the configuration appends (SOGoLoginSuffix).
 */
export const fullLogin = (typed: string, domain: string, suffix: string | undefined): string => {
  const login = typed.trim();
  if (login === '' || login.includes('@')) return login;
  return domain === '' ? `${login}${suffix ?? ''}` : `${login}@${domain}`;
};
