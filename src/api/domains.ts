import {
  type DomainVisibility,
  domainOf,
  type KnownDomains,
  mayDomainSee,
  type OfDomain,
} from '../domain/account/visibility.ts';
import {
  installation,
  type InstallationCommand,
  type InstallationEvent,
  type InstallationRejection,
} from '../domain/installation/installation.ts';
import type { EventStore, Revision, StreamId } from '../domain/kernel/event-store.ts';
import { foldTail, unfolded } from '../domain/kernel/fold.ts';
import type { Handle, Outcome } from '../domain/kernel/handle.ts';
import type { EventCodec, Provenance } from '../domain/kernel/ports.ts';
import { INSTALLATION, SERVER } from './server-ids.ts';

/** What the configuration says of domains; each may say something else a moment later. */
export interface DomainSettings extends KnownDomains {
  /** SOGoDomainsVisibility, names in small letters. */
  readonly groups: DomainVisibility['groups'];
  /** SOGoLoginDomains: what the sign-in page offers, as written. */
  readonly offered: readonly string[];
  /** SOGoLoginSuffix. */
  readonly suffix: string | undefined;
  /** What a login may name after its at sign (SOGoForbidUnknownDomainsAuth); `undefined`: any domain. */
  readonly admitted: ReadonlySet<string> | undefined;
}

/** The domains of an installation, and which of them know of each other. */
export interface Domains {
  /** The domain of a person, in small letters. */
  of(person: OfDomain): string | undefined;
  /** What holds now, as far as this node has heard. */
  visibility(): Promise<DomainVisibility>;
  /** Whether one person may know of the other. Looks at nothing that depends on whether there is such a person. */
  maySee(viewer: OfDomain, seen: OfDomain): Promise<boolean>;
}

/** The same, and what an administrator does to them. */
export interface DomainAdministration extends Domains {
  readonly settings: DomainSettings;
  say(
    type: InstallationCommand['type'],
    domains: readonly [string, string],
  ): Promise<Outcome<InstallationEvent, InstallationRejection>>;
}

interface DomainsParts {
  readonly settings: DomainSettings;
  readonly store: EventStore;
  readonly codec: EventCodec<InstallationEvent>;
  readonly installations: Handle<InstallationCommand, InstallationEvent, InstallationRejection>;
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  provenance(): Provenance;
}

/** Folds what was said of domains once, and again only when the log has more of it. */
export const domainsOver = (parts: DomainsParts): DomainAdministration => {
  const { settings, store, codec, installations, watch, provenance } = parts;
  const folded = unfolded(installation);
  let heard = 1;
  let folding: Promise<number> = Promise.resolve(0);
  watch(INSTALLATION, () => {
    heard += 1;
  });

  /** What has been folded at least what was heard when this was asked. */
  const current = async (): Promise<void> => {
    const wanted = heard;
    folding = folding.then(
      async (done) => {
        if (done >= wanted) return done;
        await foldTail(installation, { store, codec }, INSTALLATION, folded);
        return wanted;
      },
      () => 0,
    );
    if ((await folding) < wanted) await current();
  };

  const visibility = async (): Promise<DomainVisibility> => {
    await current();
    return { groups: settings.groups, said: folded.state.said };
  };
  const of = (person: OfDomain): string | undefined => domainOf(person, settings);

  return {
    of,
    visibility,
    maySee: async (viewer, seen) => mayDomainSee(of(viewer), of(seen), await visibility()),
    settings,
    say: (type, domains) =>
      installations({
        stream: INSTALLATION,
        owner: SERVER,
        command: { type, domains },
        by: provenance(),
      }),
  };
};
