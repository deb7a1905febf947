import { describe, expect, it } from 'vitest';
import { busyRules } from '../../src/adapters/sogo-conf/busy-rules.ts';
import { checkConfiguration } from '../../src/adapters/sogo-conf/check.ts';
import { hierarchy } from '../../src/adapters/sogo-conf/hierarchy.ts';
import { mailPolicy } from '../../src/adapters/sogo-conf/mail-policy.ts';
import { parseOpenStep } from '../../src/adapters/sogo-conf/openstep.ts';

const lookup = (text: string) => hierarchy(checkConfiguration(parseOpenStep(text)));

describe('free and busy times', () => {
  it('are told to everybody, without nights and weekends, unless it is said', () => {
    expect(busyRules(lookup('{}'), undefined)).toEqual({
      ...{ toldToAll: true, offHours: false },
      ...{ dayStart: '08:00', dayEnd: '18:00' },
    });
  });

  it('are what a domain says of its people', () => {
    const setting = lookup(`{ domains = { "acme.com" = { DaybookFreeBusy = rights;
      SOGoBusyOffHours = YES; SOGoDayStartTime = 7; SOGoDayEndTime = "17:30"; }; }; }`);
    expect(busyRules(setting, 'acme.com')).toEqual({
      ...{ toldToAll: false, offHours: true },
      ...{ dayStart: '07:00', dayEnd: '17:30' },
    });
    expect(busyRules(setting, 'other.org').toldToAll).toBe(true);
  });
});

describe('reminders by mail (SOGoEnableEMailAlarms)', () => {
  const policyOf = (text: string) => mailPolicy(lookup(text), () => ['acme.com']);
  it('are off unless it is said, and where no mail is sent', () => {
    expect(policyOf('{}').remindersAnywhere()).toBe(false);
    const policy = policyOf(`{ SOGoEnableEMailAlarms = YES; SOGoMailingMechanism = none;
      domains = { "acme.com" = { SOGoMailingMechanism = smtp; }; }; }`);
    expect([policy.reminders(undefined), policy.reminders('acme.com')]).toEqual([false, true]);
    expect(policy.remindersAnywhere()).toBe(true);
  });
});
