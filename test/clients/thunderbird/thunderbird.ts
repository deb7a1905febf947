import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Marionette, marionette } from './marionette.ts';

/** A headless Thunderbird with a fresh profile. */
export interface Thunderbird extends Pick<Marionette, 'script'> {
  /** What it printed so far, for a failing test's message. */
  printed(): string;
  /** Ends it and removes its profile. */
  discard(): Promise<void>;
}

/** No questions at the start, nothing fetched from elsewhere. */
const preferences = (port: number): Readonly<Record<string, string | number | boolean>> => ({
  'marionette.port': port,
  'mail.provider.suppress_dialog_on_startup': true,
  'mail.spotlight.firstRunDone': true,
  'mail.rights.version': 1,
  'mail.winsearch.firstRunDone': true,
  'mail.shell.checkDefaultClient': false,
  'mailnews.start_page.enabled': false,
  'mailnews.start_page_override.mstone': 'ignore',
  'mail.accounthub.enabled': false,
  'mail.inappnotifications.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'datareporting.policy.dataSubmissionPolicyBypassNotification': true,
  'app.update.enabled': false,
  'app.normandy.enabled': false,
  'app.donation.eoy.version.viewed': 999,
  'browser.safebrowsing.blockedURIs.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'extensions.update.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,none',
  'toolkit.telemetry.enabled': false,
  'calendar.timezone.local': 'Europe/Berlin',
  'calendar.timezone.useSystemTimezone': false,
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** Starts Debian's Thunderbird without a screen and waits until it can be driven. */
export const thunderbird = async (): Promise<Thunderbird> => {
  const home = await mkdtemp(join(tmpdir(), 'daybook-thunderbird-'));
  const profile = join(home, 'profile');
  const port = await freePort();
  const lines = Object.entries(preferences(port)).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await mkdir(profile);
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const child = spawn(
    '/usr/lib/thunderbird/thunderbird-bin',
    [
      '--headless',
      '--no-remote',
      '--marionette',
      '--remote-allow-system-access',
      '--profile',
      profile,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: it starts processes that would outlive it.
      detached: true,
      env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, MOZ_CRASHREPORTER_DISABLE: '1' },
    },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed = (printed + chunk).slice(-20_000);
    });

  const discard = async (): Promise<void> => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
    await ended(child);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const driven = await marionette(port, () => child.exitCode === null);
    return {
      script: driven.script,
      printed: () => printed,
      async discard() {
        driven.close();
        await discard();
      },
    };
  } catch (error) {
    await discard();
    throw new Error(`${String(error)}\n${printed}`, { cause: error });
  }
};
