import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Provenance } from '../../domain/kernel/ports.ts';
import type { CodeTry } from '../sign-in/codes.ts';
import type { AccessRefusal, Done, OwnAccess } from '../sign-in/own-access.ts';
import type { SignedIn, WebSessions } from '../sign-in/web-sessions.ts';
import type { AccountView } from './account.ts';

/** What becomes of a form of somebody who is signed in. */
export type Form = (
  request: FastifyRequest,
  reply: FastifyReply,
  who: SignedIn,
) => Promise<FastifyReply>;

export const isRefused = <What>(
  done: Done<What>,
): done is Extract<Done<What>, { rejected: AccessRefusal }> =>
  typeof done === 'object' && done !== null && 'rejected' in done;

interface SecondFactorParts {
  form(path: string, handle: Form): void;
  readonly access: OwnAccess;
  readonly sessions: Pick<WebSessions, 'endOthers'>;
  refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    who: SignedIn,
    rejected: AccessRefusal,
  ): Promise<FastifyReply>;
  back(reply: FastifyReply, anchor?: string): FastifyReply;
  showAccount(
    request: FastifyRequest,
    reply: FastifyReply,
    who: SignedIn,
    shown?: Pick<AccountView, 'recoveryCodes'>,
  ): Promise<FastifyReply>;
  tryOf(request: FastifyRequest, who: SignedIn): CodeTry;
  byOf(request: FastifyRequest, who: SignedIn): Provenance;
}

/** The forms of the second factor: setting it up, turning it on and off, and new recovery codes. */
export const secondFactorForms = ({
  form,
  access,
  sessions,
  refuse,
  back,
  showAccount,
  tryOf,
  byOf,
}: SecondFactorParts): void => {
  form('/second-factor/enrol', async (request, reply, who) => {
    const done = await access.enrol(who.principal.account, byOf(request, who));
    return isRefused(done)
      ? refuse(request, reply, who, done.rejected)
      : back(reply, '#second-factor');
  });
  form('/second-factor/turn-on', async (request, reply, who) => {
    const done = await access.turnOn(tryOf(request, who));
    if (isRefused(done)) return refuse(request, reply, who, done.rejected);
    // Whoever came in by the password alone goes.
    await sessions.endOthers(who.principal.account, who.session.id);
    return showAccount(request, reply, who, { recoveryCodes: done });
  });
  form('/second-factor/turn-off', async (request, reply, who) => {
    const done = await access.turnOff(tryOf(request, who));
    return isRefused(done)
      ? refuse(request, reply, who, done.rejected)
      : back(reply, '#second-factor');
  });
  form('/second-factor/recovery-codes', async (request, reply, who) => {
    const done = await access.replaceRecoveryCodes(tryOf(request, who));
    return isRefused(done)
      ? refuse(request, reply, who, done.rejected)
      : showAccount(request, reply, who, { recoveryCodes: done });
  });
};
