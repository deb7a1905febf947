import { basicCredentials, type Credentials, utf8OrLatin1 } from '../http/credentials.ts';

/**
 * Basic credentials as ActiveSync's clients send them: in UTF-8, or in Latin-1 as Outlook does; and with a domain of
 * Windows before the name, which says nothing here.
 */
export const easCredentials = (authorization: string | undefined): Credentials | undefined => {
  const found = basicCredentials(authorization, utf8OrLatin1);
  if (found === undefined) return undefined;
  const backslash = found.login.lastIndexOf('\\');
  return { ...found, login: found.login.slice(backslash + 1) };
};
