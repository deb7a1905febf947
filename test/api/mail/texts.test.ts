import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/api/mail/working-off.ts';
import { folderTexts } from '../../../src/api/mail/folder-texts.ts';
import { mailLanguageOf, mailLanguages } from '../../../src/api/mail/languages.ts';
import { writeNotice, writeRightsNotice } from '../../../src/api/mail/notice.ts';
import { isMailAddress } from '../../../src/domain/mail/address.ts';
import { GIVE_UP_AFTER } from '../../../src/domain/mail/outbox.ts';

describe('notices', () => {
  it.each(mailLanguages)('in %s name the collection once wherever they should', (language) => {
    const { calendar, addressbook, closing } = folderTexts[language];
    for (const texts of [
      calendar.added,
      calendar.removed,
      addressbook.added,
      addressbook.removed,
    ]) {
      const { subject, text, html } = writeNotice(language, texts, closing, 'Plans');
      for (const said of [subject, text, html.replace(/<title>.*<\/title>/, '')])
        expect(said.split('Plans')).toHaveLength(2);
      expect(`${subject}${text}${html}`).not.toContain('%s');
      expect(html).toContain(`lang="${language}"`);
    }
  });

  it.each(mailLanguages)('about rights in %s name collection, owner and addresses', (language) => {
    for (const kind of ['calendar', 'addressbook'] as const)
      for (const change of ['given', 'changed', 'taken'] as const) {
        const addresses = { subscribe: 'https://a.example/s?x=1&y=2', dav: 'https://a.example/d/' };
        const said = { kind, change, collection: '%o & <b>', owner: 'Ada %s', addresses };
        const { subject, text, html } = writeRightsNotice(language, said);
        expect(subject.split('%o & <b>')).toHaveLength(2);
        for (const one of ['%o & <b>', 'Ada %s', `${addresses.subscribe}\n`, `${addresses.dav}\n`])
          expect(text.split(one)).toHaveLength(2);
        const body = html.replace(/<title>.*<\/title>/, '');
        for (const one of [
          '%o &amp; &lt;b&gt;',
          'Ada %s',
          'href="https://a.example/s?x=1&amp;y=2"',
        ])
          expect(body.split(one)).toHaveLength(2);
      }
  });

  it('escape what people wrote, and keep it in one line', () => {
    const { calendar, closing } = folderTexts.en;
    const name = '<script>alert("%s")</script>\r\nBcc: eve@example.org\u2028x';
    const { subject, text, html } = writeNotice('en', calendar.added, closing, name);
    expect(subject).toBe('New calendar: <script>alert("%s")</script> Bcc: eve@example.org x');
    expect(text.split('\n')[0]).toContain('Bcc: eve@example.org');
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;alert(&quot;%s&quot;)&lt;/script&gt; Bcc');
    expect(
      writeNotice('en', calendar.added, closing, 'x'.repeat(5000)).subject.length,
    ).toBeLessThan(250);
  });

  it.each([
    ['pt-BR', 'pt'],
    ['DE-at', 'de'],
    ['ja', 'en'],
    ['', 'en'],
  ])('for people who speak %s are written in %s', (tag, language) => {
    expect(mailLanguageOf(tag)).toBe(language);
  });
});

describe('mail addresses', () => {
  it.each(['ada@example.org', 'a.b+c@localhost', "o'neil@xn--bcher-kva.example"])(
    'take %s',
    (address) => expect(isMailAddress(address)).toBe(true),
  );
  it.each([
    ...[
      '',
      'ada',
      '@example.org',
      'ada@',
      'a b@example.org',
      'ada@example.org\r\nBcc: x@y',
      '-oQ/tmp@x',
    ],
    ...['a@-x.org', 'a@b..org', '.a@x.org', 'a@[127.0.0.1]', '"a b"@x.org', 'ä@x.org', 'a@x.org>'],
    ...[`${'a'.repeat(65)}@x.org`, `a@${'x.'.repeat(130)}org`, 'a,b@x.org', 'a@x.org\u0000'],
  ])('refuse %j', (address) => expect(isMailAddress(address)).toBe(false));
});

describe('a try', () => {
  const refused = { kind: 'failed', passing: true, trouble: 'refused', status: 451 } as const;

  it('that passes is followed by others, a minute later first, an hour at the most', () => {
    const seconds = [1, 2, 3, 7, 100].map((attempt) => {
      const outcome = outcomeOf(refused, attempt, 0);
      return outcome.kind === 'later' ? outcome.seconds : outcome.kind;
    });
    expect(seconds).toEqual([60, 120, 240, 3600, 3600]);
  });

  it('is the last one after five days, or when it is refused for ever (RFC 5321 §4.5.4.1)', () => {
    expect(outcomeOf(refused, 100, GIVE_UP_AFTER).kind).toBe('failed');
    expect(outcomeOf({ ...refused, passing: false, status: 550 }, 1, 0)).toEqual({
      ...{ kind: 'failed', trouble: 'refused', status: 550 },
    });
  });
});
