import type pg from 'pg';
import { postgresOneTimeNotes } from '../../adapters/sign-in/one-time-notes.ts';
import { postgresProxyGrants } from '../../adapters/sign-in/proxy-grants.ts';
import { casProvider } from '../../adapters/single-sign-on/cas.ts';
import { openIdProvider } from '../../adapters/single-sign-on/openid.ts';
import { discovering } from '../../adapters/single-sign-on/openid-client.ts';
import { openIdTokens } from '../../adapters/single-sign-on/openid-tokens.ts';
import type { Settings } from '../../adapters/sogo-conf/settings.ts';
import { singleSignOnSettings } from '../../adapters/sogo-conf/single-sign-on.ts';
import { parseXml } from '../dav/xml/parse.ts';
import type { Log } from '../log.ts';
import type { SignInFoundation } from '../sign-in/assembly.ts';
import { samlFrom } from './saml.ts';

type Elsewhere = Pick<SignInFoundation, 'provider' | 'tokens' | 'trustsProxy' | 'grants' | 'saml'>;

type Configured = ReturnType<typeof singleSignOnSettings>;

const byOpenId = ({ web, openid, tokens }: Configured, log: Log): Elsewhere => {
  if (openid === undefined) return {};
  const trace = openid.traces
    ? (step: string, fields = {}) => log('identity-provider-step', { step, ...fields })
    : () => undefined;
  const settings = { ...openid, trace };
  const discovered = discovering(settings);
  const asked = openIdProvider(settings, discovered);
  return {
    ...(tokens ? { tokens: openIdTokens(settings, discovered) } : {}),
    ...(web === 'openid' ? { provider: { asked, checkAfter: openid.checkAfter } } : {}),
  };
};

const byCas = ({ cas }: Configured, pool: pg.Pool): Elsewhere => {
  if (cas === undefined) return {};
  const grants = cas.grants ? postgresProxyGrants({ pool }) : undefined;
  const { url, endsSession } = cas;
  const asked = casProvider({ url, endsSession, grants, readXml: parseXml });
  return { grants, provider: { asked, checkAfter: 0 } };
};

/** Files of a server's are none of a command's beside it. */
const bySaml = async ({ saml }: Configured, pool: pg.Pool, guest: boolean): Promise<Elsewhere> => {
  if (saml === undefined || guest) return {};
  const provider = await samlFrom(saml, postgresOneTimeNotes({ pool }));
  return {
    provider: { asked: provider, checkAfter: 60 },
    saml: { provider, afterLogout: saml.afterLogout },
  };
};

/**
 * Who proves people and programs besides the user sources, as the settings say. Nobody is asked yet.
 * @throws ConfigurationError, SamlMisconfigured
 */
export const provenElsewhere = async (
  { setting }: Settings,
  pool: pg.Pool,
  log: Log,
  guest: boolean,
): Promise<Elsewhere> => {
  const configured = singleSignOnSettings(setting);
  const { trustsProxy } = configured;
  return {
    trustsProxy,
    ...byOpenId(configured, log),
    ...byCas(configured, pool),
    ...(await bySaml(configured, pool, guest)),
  };
};
