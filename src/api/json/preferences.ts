import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { PASSWORD_LIMIT } from '../../domain/account/password.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { choicesIn, type PreferencesCommand } from '../../domain/preferences/preferences.ts';
import { isMailAddress } from '../../domain/mail/address.ts';
import type { SettingsChange } from '../../domain/preferences/settings.ts';
import { RECOVERY_ADDRESS, RECOVERY_ANSWER } from '../sign-in/recovery.ts';
import type { SignedIn } from '../sign-in/web-sessions.ts';
import { fieldsOf } from './body.ts';
import { chosenSettings, defaultsOf, postedChange, settingsOf } from './documents.ts';
import type { JsonParts } from './parts.ts';
import { Problem } from './problem.ts';
import { askingBy } from './signed-in.ts';

/** Octets of a document that is posted whole: what may be kept, and the key names around it. */
const LIMIT = 2 * 1024 * 1024;

/** A person's preferences as SOGo's programs read and post them, below `/SOGo/so/USER/`. */
export const preferencesPlugin =
  (parts: JsonParts): FastifyPluginAsync =>
  async (app) => {
    const { services, configured } = parts;
    const asking = askingBy(parts);
    app.addHook('onRoute', (route) => {
      route.bodyLimit = LIMIT;
    });

    /** The answer that proves somebody is kept as a password is, and an address has to be one. @throws Problem 400 */
    const recoverable = async (change: SettingsChange): Promise<SettingsChange> => {
      const answer = textIn(change.get(RECOVERY_ANSWER));
      const address = textIn(change.get(RECOVERY_ADDRESS));
      if (address !== '' && !isMailAddress(address))
        throw new Problem(400, 'unreadable', 'That is no mail address.');
      const kept = new Map(change);
      // Who posts it empty was not shown it.
      kept.delete(RECOVERY_ANSWER);
      if (answer.trim() !== '')
        kept.set(RECOVERY_ANSWER, JSON.stringify(await parts.recovery.sealedAnswer(answer)));
      return kept;
    };

    const own = <Who extends SignedIn>(request: FastifyRequest, who: Who): Who => {
      const { user } = request.params as { readonly user: string };
      if (user.toLowerCase() !== who.principal.login)
        throw new Problem(404, 'not-found', 'There is nothing of that name.');
      return who;
    };
    const person = async (request: FastifyRequest) => {
      const { principal } = own(request, await asking.who(request));
      const { account, login } = principal;
      const preferences = await services.preferencesOf(principal);
      return { account, login, preferences, configured: configured(principal) };
    };

    const root = '/SOGo/so/:user';
    app.get(`${root}/jsonDefaults`, async (request) =>
      defaultsOf(await person(request), new Date(services.now())),
    );
    app.get(`${root}/jsonSettings`, async (request) => {
      const who = await person(request);
      return settingsOf(who, (await services.home(who.account)).entries);
    });

    for (const url of [`${root}/Preferences/save`, `${root}/save`])
      app.post(url, async (request) => {
        const { principal, by } = own(request, await asking.whoChanges(request));
        const { account } = principal;
        const posted = postedChange(fieldsOf(request.body));
        const held = await services.preferencesOf(principal);
        const commands: readonly PreferencesCommand[] = [
          { type: 'ChangePreferences', change: choicesIn(posted.preferences, held) },
          {
            type: 'ChangeSettings',
            change: await recoverable(
              chosenSettings(posted.settings, held.settings, configured(principal)),
            ),
          },
        ];
        const stream = streams.preferences(account);
        for (const command of commands) {
          const outcome = await services.changePreferences({ stream, owner: account, command, by });
          if ('rejected' in outcome)
            throw new Problem(400, 'unreadable', refusals[outcome.rejected.kind]);
        }
        return {};
      });
  };

/** A text as settings keep it; '' for anything else. */
const textIn = (json: string | null | undefined): string => {
  const value: unknown = json === null || json === undefined ? '' : JSON.parse(json);
  return typeof value === 'string' ? value.slice(0, PASSWORD_LIMIT) : '';
};

const refusals = {
  UnknownTimeZone: 'That is no time zone.',
  UnknownLanguage: 'That is no language.',
  CategoriesTooLarge: 'There are too many categories, or one is too long.',
  SettingsTooLarge: 'That is more than is kept for one person.',
} as const;
