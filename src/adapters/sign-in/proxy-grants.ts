import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { ProxyGrants } from '../../domain/account/proxy-grants.ts';
import { asking } from './asking.ts';

const statements = {
  keep: `
    with tidied as (delete from sign_in.proxy_grants where ends_at < now())
    insert into sign_in.proxy_grants (iou, sealed, ends_at)
    values ($1, $2, now() + interval '1 minute') on conflict (iou) do nothing`,
  take: 'delete from sign_in.proxy_grants where iou = $1 and ends_at > now() returning sealed',
} as const;

const digest = (iou: string): string =>
  createHash('sha256').update(`daybook proxy grant\0${iou}`).digest('base64url');

/** Only who was told the IOU opens what it stands for. */
const keyOf = (iou: string): Buffer =>
  Buffer.from(hkdfSync('sha256', iou, '', 'daybook proxy grant', 32));
const IV = 12;
const TAG = 16;

/** Rows of the pool's database (`migrateSignIn`): digests, and tickets that the rows alone do not open. */
export const postgresProxyGrants = ({ pool }: { readonly pool: pg.Pool }): ProxyGrants => ({
  async keep(iou, ticket) {
    const iv = randomBytes(IV);
    const cipher = createCipheriv('aes-256-gcm', keyOf(iou), iv);
    const sealed = [iv, cipher.update(ticket, 'utf8'), cipher.final(), cipher.getAuthTag()];
    const values = [digest(iou), Buffer.concat(sealed)];
    await asking(pool.query({ text: statements.keep, values }));
  },
  async take(iou) {
    const { rows } = await asking(
      pool.query<{ sealed: Buffer }>({ text: statements.take, values: [digest(iou)] }),
    );
    const sealed = rows[0]?.sealed;
    if (sealed === undefined) return undefined;
    const opening = createDecipheriv('aes-256-gcm', keyOf(iou), sealed.subarray(0, IV));
    opening.setAuthTag(sealed.subarray(-TAG));
    const plain = [opening.update(sealed.subarray(IV, -TAG)), opening.final()];
    return Buffer.concat(plain).toString('utf8');
  },
});
