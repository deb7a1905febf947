import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/kernel/ids.ts';
import type { MailKey, Outbox } from '../../domain/mail/outbox.ts';
import type { Mailbox } from '../../domain/mail/transport.ts';
import type { AccountRow } from '../../projections/account/rows.ts';
import { html } from '../http/page/html.ts';
import type { RecoveryMail } from '../sign-in/recovery.ts';
import { type MailLanguage, mailLanguageOf } from './languages.ts';
import type { MailPolicy } from './policy.ts';

interface Texts {
  readonly subject: string;
  readonly sentence: string;
  readonly otherwise: string;
}

const texts: Readonly<Record<MailLanguage, Texts>> = {
  en: {
    subject: 'A new password',
    sentence: 'With this link you choose a new password. It is good for one hour, and once.',
    otherwise: 'If you did not ask for it, do nothing: your password stays as it is.',
  },
  de: {
    subject: 'Ein neues Passwort',
    sentence: 'Mit diesem Link wählen Sie ein neues Passwort. Er gilt eine Stunde lang und einmal.',
    otherwise:
      'Wenn Sie nicht darum gebeten haben, tun Sie nichts: Ihr Passwort bleibt, wie es ist.',
  },
  fr: {
    subject: 'Un nouveau mot de passe',
    sentence:
      'Ce lien vous permet de choisir un nouveau mot de passe. Il est valable une heure, et une seule fois.',
    otherwise: 'Si vous ne l’avez pas demandé, ne faites rien : votre mot de passe reste inchangé.',
  },
  es: {
    subject: 'Una contraseña nueva',
    sentence:
      'Con este enlace puede elegir una contraseña nueva. Vale durante una hora y una sola vez.',
    otherwise: 'Si no la ha pedido, no haga nada: su contraseña sigue siendo la misma.',
  },
  it: {
    subject: 'Una nuova password',
    sentence: 'Con questo link può scegliere una nuova password. Vale per un’ora e una volta sola.',
    otherwise: 'Se non l’ha chiesta, non faccia nulla: la sua password resta com’è.',
  },
  nl: {
    subject: 'Een nieuw wachtwoord',
    sentence: 'Met deze link kiest u een nieuw wachtwoord. Hij geldt één uur, en één keer.',
    otherwise: 'Als u er niet om gevraagd hebt, doe dan niets: uw wachtwoord blijft zoals het is.',
  },
  pt: {
    subject: 'Uma nova palavra-passe',
    sentence:
      'Com esta ligação pode escolher uma nova palavra-passe. É válida durante uma hora e uma só vez.',
    otherwise: 'Se não a pediu, não faça nada: a sua palavra-passe fica como está.',
  },
};

interface RecoveryMailParts {
  readonly outbox: Pick<Outbox, 'put'>;
  readonly policy: MailPolicy;
  domainOf(row: AccountRow): string | undefined;
  language(row: AccountRow): Promise<string>;
  now(): Instant;
}

/** Puts the mail with the link to a new password into the outbox, sealed as all mail is until it is sent. */
export const recoveryMail =
  ({ outbox, policy, domainOf, language, now }: RecoveryMailParts) =>
  async ({ row, to, link, cause }: RecoveryMail): Promise<unknown> => {
    const domain = domainOf(row);
    const spoken = mailLanguageOf(await language(row));
    const { subject, sentence, otherwise } = texts[spoken];
    const key = createHash('sha256').update(cause).digest('hex').slice(0, 40) as MailKey;
    const from: Mailbox = { address: policy.recoveryFrom(domain) ?? to, name: '' };
    const page = html`<!DOCTYPE html>
<html lang="${spoken}"><head><meta charset="utf-8"><title>${subject}</title></head>
<body><p>${sentence}</p><p><a href="${link}">${link}</a></p><p><small>${otherwise}</small></p></body></html>
`;
    return outbox.put({
      ...{ key, account: row.account },
      mail: {
        ...{ from, subject },
        to: { address: to, name: row.displayName },
        text: `${sentence}\n\n${link}\n\n${otherwise}\n`,
        html: page.markup,
        date: now(),
        messageId: `${key}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`,
        ...(domain !== undefined && { domain }),
      },
    });
  };
