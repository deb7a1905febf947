import { isMailAddress } from '../../domain/mail/address.ts';
import type { SendMail, SendOutcome } from '../../domain/mail/transport.ts';
import { writeMessage } from './message.ts';
import { relayFrom } from './relay.ts';
import { sendByProgram } from './sendmail.ts';
import type { MailOut } from './settings.ts';
import { sendBySmtp } from './smtp.ts';

const switchedOff: SendOutcome = { kind: 'failed', passing: true, trouble: 'switched-off' };

/** Sends as the settings of the message's domain say at that moment. Nothing goes to what is no mail address. */
export const mailTransport =
  (settingsOf: (domain: string | undefined) => MailOut): SendMail =>
  async (mail) => {
    const [sender, recipient] = [mail.from.address, mail.to.address];
    if (!isMailAddress(sender) || !isMailAddress(recipient))
      return { kind: 'failed', passing: false, trouble: 'bad-address' };
    const { mechanism, server, program, login } = settingsOf(mail.domain);
    if (mechanism === 'none') return switchedOff;
    try {
      const envelope = { sender, recipient, octets: await writeMessage(mail) };
      if (mechanism === 'sendmail') return await sendByProgram(envelope, program);
      const relay = relayFrom(server);
      return relay === undefined ? switchedOff : await sendBySmtp(envelope, relay, login);
    } catch {
      return { kind: 'failed', passing: true, trouble: 'internal' };
    }
  };
