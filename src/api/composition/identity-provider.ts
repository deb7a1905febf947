import { casProvider } from '../../adapters/single-sign-on/cas.ts';
import { openIdByDomain } from '../../adapters/single-sign-on/by-domain.ts';
import { openIdProvider } from '../../adapters/single-sign-on/openid.ts';
import { discovering } from '../../adapters/single-sign-on/openid-client.ts';
import { openIdTokens } from '../../adapters/single-sign-on/openid-tokens.ts';
import type { Settings } from '../../adapters/sogo-conf/settings.ts';
import { LOGIN_DEFAULT, singleSignOnSettings } from '../../adapters/sogo-conf/single-sign-on.ts';
import type { OneTimeNotes } from '../../domain/account/one-time-notes.ts';
import type { ProxyGrants } from '../../domain/account/proxy-grants.ts';
import { parseXml } from '../dav/xml/parse.ts';
import type { Log } from '../log.ts';
import type { Elsewhere, ElsewhereNow } from '../sign-in/elsewhere.ts';
import type { Alongside } from './reloadable.ts';
import { samlFrom } from './saml.ts';

type Configured = ReturnType<typeof singleSignOnSettings>;

/** Told what is done, where that is wanted. */
const traced = <Of extends { readonly traces: boolean }>(openid: Of, log: Log) => ({
  ...openid,
  trace: openid.traces
    ? (step: string, fields: Readonly<Record<string, string>> = {}) =>
        log('identity-provider-step', { step, ...fields })
    : () => undefined,
});

const byOpenId = ({ web, openid, tokens }: Configured, log: Log): Elsewhere => {
  if (openid === undefined) return {};
  const settings = traced(openid, log);
  const discovered = discovering(settings);
  const asked = openIdProvider(settings, discovered);
  return {
    ...(tokens ? { tokens: openIdTokens(settings, discovered) } : {}),
    ...(web === 'openid' ? { provider: { asked, checkAfter: openid.checkAfter } } : {}),
  };
};

/** Each domain's own way, in place of the one for all. */
const byDomains = ({ byDomain }: Configured, log: Log): Elsewhere => {
  if (byDomain === undefined) return {};
  const { types } = byDomain;
  const configurations = [...types].flatMap(([name, type]) =>
    type === 'plain' ? [] : [{ name, type }],
  );
  const providers = new Map(
    configurations.map(({ name, type }) => {
      const domain = name === LOGIN_DEFAULT ? undefined : name;
      return [name, openIdProvider({ ...traced(type, log), domain })] as const;
    }),
  );
  const providerOf = (domain: string | undefined): string | undefined => {
    const name = domain !== undefined && types.has(domain) ? domain : LOGIN_DEFAULT;
    return providers.has(name) ? name : undefined;
  };
  return {
    provider: {
      asked: openIdByDomain({ providers, providerOf }),
      checkAfter: Math.min(...configurations.map(({ type }) => type.checkAfter)),
    },
    domains: new Set([...types.keys()].filter((name) => name !== LOGIN_DEFAULT)),
    wayOf: (domain) => {
      const provenBy = providerOf(domain);
      return provenBy === undefined ? { password: true } : { provenBy };
    },
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
 * Who proves people and programs besides the user sources, as the settings say now. Nobody is asked yet.
 * @throws ConfigurationError, SamlMisconfigured
 */
const provenElsewhere = async (
  { setting }: Pick<Settings, 'setting'>,
  parts: ElsewhereParts,
): Promise<Elsewhere> => {
  const configured = singleSignOnSettings(setting);
  const { trustsProxy, publicUrl } = configured;
  return {
    ...{ trustsProxy, publicUrl },
    ...byOpenId(configured, parts.log),
    ...byDomains(configured, parts.log),
    ...byCas(configured, parts.grants),
    ...(await bySaml(configured, parts)),
  };
};

/** The same as of settings that are read again: what can't be made of them keeps them from being taken. */
export const provenElsewhereLive = async (
  settings: Pick<Settings, 'setting'>,
  parts: ElsewhereParts,
  alongside: Alongside,
): Promise<ElsewhereNow> => {
  let now = await provenElsewhere(settings, parts);
  alongside(async (replacing) => {
    const next = await provenElsewhere(replacing, parts);
    return () => {
      now = next;
    };
  });
  return () => now;
};
