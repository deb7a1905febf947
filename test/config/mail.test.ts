import { describe, expect, it } from 'vitest';
import { checkConfiguration } from '../../src/adapters/sogo-conf/check.ts';
import { hierarchy } from '../../src/adapters/sogo-conf/hierarchy.ts';
import { mailPolicy } from '../../src/adapters/sogo-conf/mail-policy.ts';
import { mailSettings } from '../../src/adapters/sogo-conf/mail.ts';
import { parseOpenStep } from '../../src/adapters/sogo-conf/openstep.ts';

const lookup = (text: string) => hierarchy(checkConfiguration(parseOpenStep(text)));
const policyOf = (text: string) => mailPolicy(lookup(text), () => ['acme.com']);

describe('outgoing mail', () => {
  it('is written nowhere unless it is said, and leaves by sendmail', () => {
    expect(policyOf('{}').folderNoticesAnywhere()).toBe(false);
    expect(mailSettings(lookup('{}'), undefined)).toEqual({
      mechanism: 'sendmail',
      server: 'smtp://localhost',
      program: '/usr/lib/sendmail',
    });
  });

  it('is written where a domain says so, from whom that one says', () => {
    const policy = policyOf(`{ domains = { "acme.com" = { SOGoFoldersSendEMailNotifications = YES;
      DaybookMailFrom = "calendar@acme.com"; SOGoMailDomain = "acme.com"; }; }; }`);
    expect(policy.folderNoticesAnywhere()).toBe(true);
    expect([policy.folderNotices(undefined), policy.folderNotices('acme.com')]).toEqual([
      false,
      true,
    ]);
    expect([policy.from(undefined), policy.from('acme.com')]).toEqual([
      undefined,
      'calendar@acme.com',
    ]);
    expect(policy.mailDomain('acme.com')).toBe('acme.com');
  });

  it('is not written where none leaves', () => {
    const none = 'SOGoFoldersSendEMailNotifications = YES; SOGoMailingMechanism = none;';
    expect(policyOf(`{ ${none} }`).folderNoticesAnywhere()).toBe(false);
  });

  it('about rights is written where it is said, with addresses where people know the server', () => {
    const policy = policyOf(`{ DaybookPublicURL = "https://dav.acme.com/";
      domains = { "acme.com" = { SOGoACLsSendEMailNotifications = YES; }; }; }`);
    expect(policy.rightsNoticesAnywhere()).toBe(true);
    expect([policy.rightsNotices(undefined), policy.rightsNotices('acme.com')]).toEqual([
      false,
      true,
    ]);
    expect([policy.folderNoticesAnywhere(), policy.publicUrl]).toEqual([
      false,
      'https://dav.acme.com',
    ]);
    expect(policyOf('{}').publicUrl).toBeUndefined();
  });

  it('about invitations is written where a domain says so, and mail leaves', () => {
    const policy = policyOf(`{ SOGoAppointmentSendEMailNotifications = YES;
      domains = { "acme.com" = { SOGoMailingMechanism = none; }; }; }`);
    expect([policy.invitations(undefined), policy.invitations('acme.com')]).toEqual([true, false]);
    expect(policyOf('{}').invitations(undefined)).toBe(false);
  });

  it('logs in only as the master user, and only when all is said of him', () => {
    const all = `SOGoSMTPAuthenticationType = plain; SOGoSMTPMasterUserUsername = daybook;
      SOGoSMTPMasterUserPassword = barley;`;
    expect(mailSettings(lookup(`{ ${all} }`), undefined).login).toBeUndefined();
    const enabled = `{ ${all} SOGoSMTPMasterUserEnabled = YES; }`;
    expect(mailSettings(lookup(enabled), undefined).login).toEqual({
      ...{ user: 'daybook', password: 'barley', method: 'PLAIN' },
    });
    expect(
      mailSettings(lookup(enabled.replace('SOGoSMTPAuthenticationType = plain;', '')), undefined)
        .login,
    ).toBeUndefined();
  });
});
