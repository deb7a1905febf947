import { anyDictionary, dictionary, list, texts } from '../compound-types.ts';
import { acting, domain, system, user } from '../row.ts';
import { bool, integer, language, oneOf, seconds, text, timeZone } from '../scalar-types.ts';
import { userSources } from '../user-sources.ts';

const kinds = ['Public', 'Confidential', 'Private'] as const;
const rights = ['Viewer', 'DAndTViewer', 'Modifier', 'Responder'] as const;
const calendarRole = oneOf(
  ...kinds.flatMap((kind) => rights.map((right) => `${kind}${right}` as const)),
  'ObjectCreator',
  'ObjectEraser',
);

const addressBookRole = oneOf('ObjectViewer', 'ObjectEditor', 'ObjectCreator', 'ObjectEraser');

const moduleName = oneOf('Mail', 'Contacts', 'Calendar');

/** People, rights, notices, domains. */
export const generalParameters = {
  SOGoTimeZone: acting(domain(timeZone, "people's time zone until they choose", 'UTC')),
  SOGoMailDomain: acting(domain(text, 'domain of the address of a login without one', 'localhost')),
  SOGoLanguage: acting(user(language, "people's language until they choose", 'English')),
  SOGoSupportedLanguages: system(list(language), 'languages offered'),
  SOGoSuperUsernames: acting(domain(texts, 'logins with all rights of every owner', [])),
  SOGoHideSystemEMail: domain(bool, 'do not count LOGIN@SOGoMailDomain among the addresses', false),
  SOGoSearchMinimumWordLength: domain(integer(), 'words up to this length start no search', 2),
  SOGoEnablePublicAccess: acting(
    system(bool, 'access without a login, under /SOGo/dav/public/', false),
  ),
  SOGoAddressBookDAVAccessEnabled: acting(system(bool, 'address books over CardDAV', true)),
  SOGoCalendarDAVAccessEnabled: acting(system(bool, 'calendars over CalDAV', true)),
  SOGoiPhoneForceAllDayTransparency: domain(
    bool,
    'all-day events from iOS do not block time',
    false,
  ),
  SOGoAppointmentSendEMailNotifications: acting(
    domain(bool, 'mail invitations, changes and replies', false),
  ),
  SOGoFoldersSendEMailNotifications: acting(
    domain(bool, 'mail owners about new and removed collections', false),
  ),
  SOGoACLsSendEMailNotifications: acting(domain(bool, 'mail people whose rights change', false)),
  SOGoNotifyOnPersonalModifications: domain(
    bool,
    'receipts for own changes, unless a calendar says otherwise',
    false,
  ),
  SOGoNotifyOnExternalModifications: domain(
    bool,
    "receipts for others' changes, unless a calendar says otherwise",
    false,
  ),
  SOGoCalendarDefaultRoles: acting(
    domain(list(calendarRole), "everybody's roles in calendars without rules", []),
  ),
  SOGoContactsDefaultRoles: acting(
    domain(list(addressBookRole), "everybody's roles in address books without rules", []),
  ),
  SOGoMaximumMessageSubmissionCount: acting(
    system(integer(), 'messages a person may send in a while; 0: any', 0),
  ),
  SOGoMaximumRecipientCount: acting(
    system(integer(), 'recipients a person may write to in a while; 0: any', 0),
  ),
  SOGoMaximumSubmissionInterval: acting(system(seconds, 'that while', 30)),
  SOGoMessageSubmissionBlockInterval: acting(
    system(seconds, 'how long sending is refused afterwards', 300),
  ),
  SOGoUserSources: acting(
    domain(userSources, 'directories that know people: LDAP and SQL, asked in this order', []),
  ),
  SOGoLDAPContactInfoAttribute: acting(
    domain(text, 'attribute shown beside a name', 'description'),
  ),
  SOGoLDAPQueryLimit: acting(domain(integer(), 'entries of one LDAP answer; 0: any')),
  SOGoLDAPQueryTimeout: acting(domain(seconds, 'how long an LDAP query may take; 0: any', 0)),
  domains: acting(system(dictionary(anyDictionary), 'for each mail domain, what differs in it')),
  SOGoEnableDomainBasedUID: acting(
    system(bool, 'logins are unique in their domain only, and LOGIN@DOMAIN outside it', false),
  ),
  SOGoLoginDomains: acting(system(texts, 'domains to choose from at the sign-in page', [])),
  SOGoDomainsVisibility: acting(system(list(texts), 'groups of domains that see each other', [])),
  SOGoDisableSharing: system(list(moduleName), 'modules without sharing', []),
  SOGoDisableSharingAnyAuthUser: system(
    list(moduleName),
    'modules not to be shared with everybody',
    [],
  ),
  SOGoDisableExport: acting(system(list(moduleName), 'modules without export', [])),
  SOGoDAVCalendarStartTimeLimit: domain(
    integer('days'),
    'events older than this stay out of DAV answers; 0: none',
    0,
  ),
  SOGoLDAPGroupExpansionEnabled: domain(bool, 'groups can be unfolded into people', false),
};
