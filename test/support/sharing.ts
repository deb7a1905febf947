import type { Answered, DavServer } from './dav.ts';

const INVERSE = 'urn:inverse:params:xml:ns:inverse-dav';
const XML = { 'content-type': 'application/xml; charset=utf-8' } as const;

export const BOB = 'bob@example.org:secret';
export const CAROL = 'carol:secret';

/** SOGo's acl-query: `set-roles user="…"` with roles. */
export const aclQuery = (
  server: DavServer,
  at: string,
  action: string,
  credentials?: string,
): Promise<Answered> =>
  server.send('POST', at, {
    headers: XML,
    body: `<acl-query xmlns="${INVERSE}">${action}</acl-query>`,
    ...(credentials === undefined ? {} : { credentials }),
  });

export const setRoles = async (
  server: DavServer,
  at: string,
  user: string,
  roles: readonly string[],
): Promise<void> => {
  const named = user.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const given = roles.map((role) => `<${role}/>`).join('');
  const { status, body } = await aclQuery(
    server,
    at,
    `<set-roles user="${named}">${given}</set-roles>`,
  );
  if (status !== 204) throw new Error(`${status}: ${body}`);
};

/** SOGo's subscribe and unsubscribe. */
export const subscription = (
  server: DavServer,
  verb: 'subscribe' | 'unsubscribe',
  at: string,
  credentials: string,
  users?: string,
): Promise<Answered> =>
  server.send('POST', at, {
    headers: XML,
    body: `<${verb} xmlns="${INVERSE}"${users === undefined ? '' : ` users="${users}"`}/>`,
    credentials,
  });
