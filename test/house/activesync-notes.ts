/** What docs/protocols/activesync.md says of each command besides what its row does. */
export const commandNotes: Readonly<Record<string, string>> = {
  Sync: 'Items in the order of their last change, the page that fits, and `MoreAvailable` before the commands; the page’s bounds are `WindowSize` (at most 512, and `SOGoMaximumSyncWindowSize`) and `SOGoMaximumSyncResponseSize`. `FilterType` 4 to 7 for appointments, 8 for tasks; what falls out of it is a `SoftDelete`. `Conflict` 0 and 1 (7). Statuses 1, 3, 4, 6, 7, 8, 12, 13, 14. What a client may not do is answered 7 and told again as it is; an Add that cannot be stored, 6. The last two keys are good, and a request that is repeated does nothing twice. An empty request is answered as the one before as long as its keys are the device’s last (else 13). A page that a device asks for again more than twice is told item by item, and after six times its first item is left out (`activesync-item-skipped`). `Wait` and `HeartbeatInterval` from 1 to 59 minutes, and `SOGoMaximumSyncInterval` at most.',
  Ping: 'Waits 60 to 3540 seconds, and `SOGoMaximumPingInterval` at most (5), for 200 folders at most (6). What the device did itself does not end it; a change is told at once, and what follows within three seconds half a second later, together. What was told twice and not fetched is not told again. A second one ends the first (1). While the database is away: 8.',
  GetItemEstimate: 'Counts what Sync would tell, exactly. Statuses 1 to 4.',
  MoveItems:
    'Between folders of one class. Statuses 1 to 5; 3 is success. Repeated, it answers with the same `DstMsgId`.',
  ItemOperations:
    '`Fetch` by `ServerId` or `LongId`, also in parts (`MS-ASAcceptMultiPart`). `EmptyFolderContents` is denied (16): there is no folder of deleted mails. Attachments: 15. Statuses 1, 2, 6, 9, 11, 15, 16.',
  MeetingResponse:
    'For meetings in a folder of appointments, all of a series or one instance (146 where nothing recurs). The answer is stored in the calendar and goes to the organizer as one over CalDAV does, whether or not the client asks for that. What was declined stays, as declined; it gets no `CalendarId`. Statuses 1, 2, 4, 104.',
  FolderSync:
    'Differences to what the device knows; the same key while nothing changed. Statuses 1, 9. Key 0 lists everything and leaves what is known of the contents of folders as it is.',
  FolderCreate:
    'Types 13, 14, 15 and 17, at the root; others are malformed (10). Statuses 1, 2 (name taken), 5, 6, 9, 10, 11. A repeated request finds the folder that the first one made.',
  FolderUpdate:
    'Renames, as this account sees it; the default folders keep their names (2). Statuses 1, 2, 4, 5, 9, 10.',
  FolderDelete:
    'Deletes a collection with all that is in it, or ends a subscription. The default folders stay, and so does a list of tasks beside appointments of the same calendar (3). Statuses 1, 3, 4, 9.',
  Search:
    'The global address list (`GAL`): people, groups and resources of the directories and of the built-in table of whom whoever asks may know; every word is part of their name, address, login or company. 100 at most, with `Range` and `Total`; pictures from 14.1 on, none larger than `SOGoMaximumPictureSize` (174), as many as were asked for (175). `Mailbox` finds nothing: there is no mail. Others: 2.',
  Find: 'As `Search`, in the words of 16.1. A range has to begin at 0 (4).',
  ResolveRecipients:
    'By the global address list alone; whose address it is exactly is meant alone. Statuses 1 to 4 of each name, 5 without any. No certificates (7). Availability as everywhere ([free and busy times](free-busy.md)), half hour by half hour from the time that is asked for; 163 for who is not from here or not told of; 5 for a time that is none, or longer than 400 days.',
  Settings:
    '`DeviceInformation` is recorded; `UserInformation` answers the address, from 14.1 on within `Accounts`. `Oof` is unavailable (4) until there is mail, `DevicePassword` is denied (3): nobody’s device password is kept. `RightsManagementInformation`: 168.',
  Provision:
    'Two phases; `MS-EAS-Provisioning-WBXML` alone (another type: 3). A key that was not offered is answered 5. A repeated acknowledgement is answered alike. Also how a wipe is asked for and acknowledged; `AccountOnlyRemoteWipe` in 16.1.',
};
