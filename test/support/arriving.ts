import { readArrivedMail } from '../../src/adapters/mime/arrived-mail.ts';
import { residentsOver } from '../../src/api/mail-in/heeding.ts';
import { type TakeMail, takingMail } from '../../src/api/mail-in/taking.ts';
import type { Principal } from '../../src/api/services.ts';
import type { Instant } from '../../src/domain/kernel/ids.ts';
import { type DavServer, principals } from './dav.ts';

/** Mail for the people of a server, as its assembly takes it. */
export const mailFor = (
  { services, scheduling }: DavServer,
  more: readonly Principal[] = [],
  prover?: string,
): TakeMail =>
  takingMail({
    read: readArrivedMail,
    residents: residentsOver({
      accounts: {
        byMails: async (mails) =>
          [...Object.values(principals), ...more]
            .filter(({ mail }) => mails.includes(mail))
            .map((one) => ({ ...one, passwordHash: 'x', openedAt: services.now() })),
      },
      sources: [],
      sharing: services.sharing,
      people: scheduling.people,
    }),
    heed: scheduling.heed,
    ...(prover === undefined ? {} : { prover }),
    now: () => new Date().toISOString() as Instant,
  });

export interface MailParts {
  readonly from: string;
  readonly to: string;
  readonly id?: string;
  readonly headers?: readonly string[];
  /** Media type, transfer encoding and the like, and the body as it goes out. */
  readonly parts: readonly (readonly [headers: readonly string[], body: string])[];
}

/** A mail of several parts. */
export const mail = ({ from, to, id = '<1@mail.test>', headers = [], parts }: MailParts): Buffer =>
  Buffer.from(
    [
      'Received: from mx.test by mail.example.org; Mon, 07 Jan 2030 08:00:00 +0000',
      `From: ${from}`,
      `To: ${to}`,
      'Date: Mon, 07 Jan 2030 08:00:00 +0000',
      'Subject: =?utf-8?Q?Einladung=3A_Pl=C3=A4ne?=',
      `Message-ID: ${id}`,
      'MIME-Version: 1.0',
      ...headers,
      'Content-Type: multipart/mixed; boundary="b1"',
      '',
      ...parts.flatMap(([head, body]) => ['--b1', ...head, '', body]),
      '--b1--',
      '',
    ].join('\r\n'),
  );

/** A text/calendar part, with METHOD in its media type where that is given. */
export const calendarPart = (
  text: string,
  method?: string,
): readonly [readonly string[], string] => [
  [`Content-Type: text/calendar; charset=UTF-8${method === undefined ? '' : `; method=${method}`}`],
  text,
];

/** Base 64 in lines of 76. */
export const base64 = (text: string): string =>
  Buffer.from(text)
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\r\n');

/** A VCALENDAR with METHOD, or without. */
export const itip = (method: string | undefined, text: string): string =>
  method === undefined ? text : text.replace('VERSION:2.0', `VERSION:2.0\r\nMETHOD:${method}`);
