import { list, texts } from '../compound-types.ts';
import { webUrl } from '../network-types.ts';
import { domain, system, user } from '../row.ts';
import { bool, dateFormat, decimal, minutes, oneOf, path, text } from '../scalar-types.ts';

const refreshing = oneOf(
  'manually',
  'every_minute',
  'every_2_minutes',
  'every_5_minutes',
  'every_10_minutes',
  'every_20_minutes',
  'every_30_minutes',
  'once_per_hour',
);

/** Pages in a browser. */
export const webParameters = {
  SOGoPageTitle: system(text, 'title of the pages', 'SOGo'),
  SOGoHelpURL: system(webUrl, 'page behind the help button'),
  SOGoLoginModule: user(
    oneOf('Calendar', 'Mail', 'Contacts', 'Last'),
    'module after logging in',
    'Calendar',
  ),
  SOGoFaviconRelativeURL: system(text, 'icon of the pages', 'sogo.ico'),
  SOGoZipPath: system(path, 'the zip program', '/usr/bin/zip'),
  SOGoSoftQuotaRatio: domain(decimal(), 'share of the quota that is shown as all of it'),
  SOGoMailUseOutlookStyleReplies: user(bool, 'replies quote headers as Outlook does', false),
  SOGoMailListViewColumnsOrder: user(texts, 'columns of message lists', [
    'Thread',
    'Flagged',
    'Attachment',
    'Subject',
    'From',
    'Unread',
    'Date',
    'Priority',
    'Size',
  ]),
  SOGoMailAddOutgoingAddresses: user(bool, 'collect addresses written to', false),
  SOGoSelectedAddressBook: user(text, 'address book that collects them', 'collected'),
  SOGoExternalAvatarsEnabled: domain(bool, 'pictures of people from elsewhere', true),
  SOGoGravatarEnabled: user(bool, 'pictures from Gravatar', true),
  SOGoMailAuxiliaryUserAccountsEnabled: domain(bool, 'people may add mail accounts', false),
  SOGoUIAdditionalJSFiles: domain(texts, 'further scripts on each page', []),
  SOGoUIxAdditionalPreferences: system(bool, 'a further page of preferences', false),
  SOGoRefreshViewCheck: user(refreshing, 'how often views look for news', 'manually'),
  SOGoRefreshViewIntervals: domain(list(minutes), 'choices for that', [1, 2, 5, 10, 20, 30, 60]),
  SOGoWebAccessEnabled: system(bool, 'the web interface', true),
  SOGoShortDateFormat: user(dateFormat, 'short dates', '%d-%b-%y'),
  SOGoLongDateFormat: user(dateFormat, 'long dates', '%A, %B %d, %Y'),
  SOGoRememberLastModule: user(bool, 'open the module used last', false),
  SOGoAnimationMode: user(oneOf('normal', 'limited', 'none'), 'animations', 'normal'),
  SOGoAlternateAvatar: user(
    oneOf('none', 'identicon', 'monsterid', 'wavatar', 'retro', 'robohash', 'mp'),
    'picture of people without one',
    'none',
  ),
};
