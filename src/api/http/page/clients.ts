import { html } from './html.ts';

type Piece = ReturnType<typeof html>;

/** What a client is told, with the origin it was asked under. */
export interface Urls {
  /** `https://example.org`, without a slash at its end. */
  readonly origin: string;
  /** What a client needs that can discover the rest (RFC 6764). */
  readonly server: string;
  /** The person's own place; USER stands for the user name. */
  readonly home: string;
  readonly calendar: string;
  readonly addressBook: string;
}

export const urlsOf = (origin: string): Urls => ({
  origin,
  server: `${origin}/`,
  home: `${origin}/SOGo/dav/USER/`,
  calendar: `${origin}/SOGo/dav/USER/Calendar/personal/`,
  addressBook: `${origin}/SOGo/dav/USER/Contacts/personal/`,
});

/** How to connect one client: what to do, in order, and what to paste where there is something. */
export interface Client {
  readonly name: string;
  readonly runsOn: string;
  steps(urls: Urls): readonly Piece[];
  sample?(urls: Urls): string;
}

const code = (text: string): Piece => html`<code>${text}</code>`;

/** Ready to be pasted into ~/.config/vdirsyncer/config. */
const vdirsyncerConfig = ({ server }: Urls): string =>
  `[general]
status_path = "~/.local/share/vdirsyncer/status/"

[pair calendars]
a = "calendars_here"
b = "calendars_daybook"
collections = ["from a", "from b"]
metadata = ["displayname", "color"]

[storage calendars_here]
type = "filesystem"
path = "~/.local/share/calendars/"
fileext = ".ics"

[storage calendars_daybook]
type = "caldav"
url = "${server}"
username = "USER"
password.fetch = ["prompt", "Password for Daybook"]

[pair contacts]
a = "contacts_here"
b = "contacts_daybook"
collections = ["from a", "from b"]
metadata = ["displayname"]

[storage contacts_here]
type = "filesystem"
path = "~/.local/share/contacts/"
fileext = ".vcf"

[storage contacts_daybook]
type = "carddav"
url = "${server}"
username = "USER"
password.fetch = ["prompt", "Password for Daybook"]`;

/** Ready to be pasted into ~/.config/khal/config, beside the vdirsyncer above. */
const khalConfig = `[calendars]
[[daybook]]
path = ~/.local/share/calendars/*
type = discover

[default]
default_calendar = personal

[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M`;

/** In the order in which people are likely to look for theirs. */
export const clients: readonly Client[] = [
  {
    name: 'Thunderbird',
    runsOn: 'Linux, Windows, macOS',
    steps: ({ server }) => [
      html`Calendars: choose <em>New Calendar</em>, <em>On the Network</em>, and enter your user name and the location ${code(server)}. Select the calendars found and subscribe.`,
      html`Contacts: in the address book choose <em>New Address Book</em>, <em>Add CardDAV Address Book</em>, and enter the same user name and location.`,
    ],
  },
  {
    name: 'Apple Calendar and Contacts',
    runsOn: 'macOS',
    steps: ({ server, home }) => [
      html`In <em>System Settings</em>, <em>Internet Accounts</em>, choose <em>Add Other Account</em>, then <em>CalDAV account</em>; do it again with <em>CardDAV account</em>.`,
      html`Account type <em>Manual</em>; user name, password, and the server address ${code(server)}.`,
      html`Should it not be found, choose <em>Advanced</em> and enter the server and port with the path of ${code(home)}.`,
    ],
  },
  {
    name: 'Calendar and Contacts',
    runsOn: 'iPhone, iPad',
    steps: ({ server }) => [
      html`In <em>Settings</em>, <em>Apps</em>, <em>Calendar</em>, <em>Calendar Accounts</em>, choose <em>Add Account</em>, <em>Other</em>, <em>Add CalDAV Account</em>.`,
      html`Server ${code(server)}, with your user name and password.`,
      html`The same under <em>Contacts</em> with <em>Add CardDAV Account</em>.`,
    ],
  },
  {
    name: 'DAVx⁵',
    runsOn: 'Android',
    steps: ({ server }) => [
      html`Add an account and choose <em>Login with URL and user name</em>.`,
      html`Base URL ${code(server)}, with your user name and password.`,
      html`Tick the calendars and address books you want; they appear in the calendar and contacts apps of your phone.`,
    ],
  },
  {
    name: 'Evolution',
    runsOn: 'Linux',
    steps: ({ server }) => [
      html`Choose <em>File</em>, <em>New</em>, <em>Collection Account</em>.`,
      html`Enter your user name; under <em>Advanced Options</em> enter the server ${code(server)}, then <em>Look Up</em>.`,
    ],
  },
  {
    name: 'KOrganizer and KAddressBook',
    runsOn: 'Linux',
    steps: ({ home }) => [
      html`Add a calendar (or an address book) and choose <em>DAV groupware resource</em>.`,
      html`Enter your user name and password, then choose to <em>configure the resource manually</em>.`,
      html`Add ${code(home)} once as <em>CalDAV</em> and once as <em>CardDAV</em>, then <em>Fetch</em>.`,
    ],
  },
  {
    name: 'vdirsyncer',
    runsOn: 'anything with Python',
    steps: () => [
      html`Put this into ${code('~/.config/vdirsyncer/config')}, with your user name for USER.`,
      html`Run ${code('vdirsyncer discover')}, then ${code('vdirsyncer sync')} as often as you like.`,
    ],
    sample: vdirsyncerConfig,
  },
  {
    name: 'khal',
    runsOn: 'a terminal',
    steps: () => [
      html`Set up vdirsyncer as above; khal shows and changes what it synchronizes.`,
      html`Put this into ${code('~/.config/khal/config')}, then try ${code('khal list')}.`,
    ],
    sample: () => khalConfig,
  },
  {
    name: 'curl',
    runsOn: 'a terminal',
    steps: ({ calendar }) => [
      html`An object is a file: ${code('PUT')} stores it, ${code('GET')} reads it, ${code('PROPFIND')} lists what there is below ${code(calendar)}.`,
    ],
    sample: ({ calendar }) =>
      `curl --user USER --request PROPFIND --header "Depth: 1" \\\n  "${calendar}"`,
  },
];
