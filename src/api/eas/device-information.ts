import type { DeviceDetails } from '../../domain/account/devices.ts';
import { EasRefusal } from './errors.ts';
import type { EasRequest } from './table.ts';
import { fields, optional, text } from './wbxml/read.ts';

const detail = (name: string) => optional(`settings:${name}`, text());

/** What a device says of itself, in Settings or in Provision (MS-ASCMD 2.2.3.51). */
export const readDeviceInformation = fields({
  set: optional(
    'settings:Set',
    fields({
      model: detail('Model'),
      imei: detail('IMEI'),
      friendlyName: detail('FriendlyName'),
      os: detail('OS'),
      osLanguage: detail('OSLanguage'),
      phoneNumber: detail('PhoneNumber'),
      userAgent: detail('UserAgent'),
      mobileOperator: detail('MobileOperator'),
    }),
  ),
});

type Said = ReturnType<typeof readDeviceInformation>;

const tidy = (text: string): string => text.replace(/\p{Cc}/gu, ' ').trim();

/** Records it, if it is not what is known already. @throws EasRefusal */
export const tellDetails = async (
  { parts, principal, device, by }: EasRequest,
  { set = {} as NonNullable<Said['set']> }: Said,
): Promise<void> => {
  const details: DeviceDetails = Object.fromEntries(
    Object.entries(set).flatMap(([name, value]) =>
      value === undefined || tidy(value) === '' ? [] : [[name, tidy(value)]],
    ),
  );
  const refused = await parts.desk.tell(
    principal.account,
    { type: 'DescribeDevice', device: device.id, details },
    by,
  );
  // A probe is no device, and need not be known.
  if (refused !== undefined && refused.kind !== 'DeviceNotFound')
    throw new EasRefusal('InvalidXml', refused.kind);
};
