import { casProvider } from '../../adapters/single-sign-on/cas.ts';
import { openIdProvider } from '../../adapters/single-sign-on/openid.ts';
import { discovering } from '../../adapters/single-sign-on/openid-client.ts';
import { openIdTokens } from '../../adapters/single-sign-on/openid-tokens.ts';
import type { Settings } from '../../adapters/sogo-conf/settings.ts';
import { singleSignOnSettings } from '../../adapters/sogo-conf/single-sign-on.ts';
import type { OneTimeNotes } from '../../domain/account/one-time-notes.ts';
import type { ProxyGrants } from '../../domain/account/proxy-grants.ts';
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

const byCas = ({ cas }: Configured, waiting: ProxyGrants): Elsewhere => {
  if (cas === undefined) return {};
  const grants = cas.grants ? waiting : undefined;
  const { url, endsSession } = cas;
  const asked = casProvider({ url, endsSession, grants, readXml: parseXml });
  return { grants, provider: { asked, checkAfter: 0 } };
};

/** Files of a server's are none of a command's beside it. */
const bySaml = async (
  { saml, publicUrl = '' }: Configured,
  { notes, guest }: Pick<ElsewhereParts, 'notes' | 'guest'>,
): Promise<Elsewhere> => {
  if (saml === undefined || guest) return {};
  const provider = await samlFrom(saml, publicUrl, notes);
  return {
    provider: { asked: provider, checkAfter: 60 },
    saml: { provider, afterLogout: saml.afterLogout },
  };
};

interface ElsewhereParts {
  readonly grants: ProxyGrants;
  readonly notes: OneTimeNotes;
  readonly log: Log;
  /** A command beside a server lets nobody in. */
  readonly guest: boolean;
}

/**
 * Who proves people and programs besides the user sources, as the settings say. Nobody is asked yet.
 * @throws ConfigurationError, SamlMisconfigured
 */
export const provenElsewhere = async (
  { setting }: Pick<Settings, 'setting'>,
  parts: ElsewhereParts,
): Promise<Elsewhere> => {
  const configured = singleSignOnSettings(setting);
  const { trustsProxy } = configured;
  return {
    trustsProxy,
    ...byOpenId(configured, parts.log),
    ...byCas(configured, parts.grants),
    ...(await bySaml(configured, parts)),
  };
};
