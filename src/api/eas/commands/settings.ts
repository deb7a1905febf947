import type { Element } from '../../../domain/activesync/data.ts';
import { isAtLeast } from '../../../domain/activesync/version.ts';
import { readDeviceInformation, tellDetails } from '../device-information.ts';
import type { Command, EasRequest } from '../table.ts';
import { type Choice, choices, presence } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({
  tag: `settings:${name}`,
  value,
});

const readers = {
  'settings:Oof': presence,
  'settings:DeviceInformation': readDeviceInformation,
  'settings:DevicePassword': presence,
  'settings:UserInformation': presence,
  'settings:RightsManagementInformation': presence,
} as const;

const readRequest = choices(readers, 16);

/** MS-ASCMD 2.2.3.177.14 */
const statuses = { done: '1', accessDenied: '3', unavailable: '4', noRightsManagement: '168' };

/** The address of a person, as a device wants it to know which of its mails are its own. */
const userInformation = ({ principal, version }: EasRequest): Element => {
  const { mail, displayName } = principal;
  const addresses = tag('EmailAddresses', [
    ...(mail === '' ? [] : [tag('SMTPAddress', mail)]),
    ...(mail !== '' && isAtLeast(version, '14.1') ? [tag('PrimarySmtpAddress', mail)] : []),
  ]);
  const got = isAtLeast(version, '14.1')
    ? tag('Accounts', [tag('Account', [tag('UserDisplayName', displayName), addresses])])
    : addresses;
  return tag('UserInformation', [tag('Status', statuses.done), tag('Get', [got])]);
};

const settled = async (request: EasRequest, asked: Choice<typeof readers>): Promise<Element> => {
  switch (asked.tag) {
    case 'settings:DeviceInformation':
      await tellDetails(request, asked.value);
      return tag('DeviceInformation', [tag('Status', statuses.done)]);
    case 'settings:UserInformation':
      return userInformation(request);
    case 'settings:Oof':
      // Absences are set where mail is: not here yet.
      return tag('Oof', [tag('Status', statuses.unavailable)]);
    case 'settings:DevicePassword':
      // Whoever has this would have the device's password: it is not kept.
      return tag('DevicePassword', [tag('Status', statuses.accessDenied)]);
    case 'settings:RightsManagementInformation':
      return tag('RightsManagementInformation', [tag('Status', statuses.noRightsManagement)]);
  }
};

/** What a device and its owner tell each other about themselves (MS-ASCMD 2.2.1.18), answered in the order asked. */
export const settings: Command = {
  name: 'Settings',
  source: 'MS-ASCMD 2.2.1.18',
  since: '12.1',
  until: '16.1',
  root: 'settings:Settings',
  status: 'settings:Status',
  needsPolicy: true,
  inQuarantine: true,
  limit: 64 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const answers: Element[] = [];
    for (const asked of request.read(readRequest)) answers.push(await settled(request, asked));
    return { element: tag('Settings', [tag('Status', statuses.done), ...answers]) };
  },
};
