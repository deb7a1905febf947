/** Every command there is, by its code in a coded query (MS-ASHTTP 2.2.1.1.1.1.2). */
export const commandNames = [
  'Sync',
  'SendMail',
  'SmartForward',
  'SmartReply',
  'GetAttachment',
  'GetHierarchy',
  'CreateCollection',
  'DeleteCollection',
  'MoveCollection',
  'FolderSync',
  'FolderCreate',
  'FolderDelete',
  'FolderUpdate',
  'MoveItems',
  'GetItemEstimate',
  'MeetingResponse',
  'Search',
  'Settings',
  'Ping',
  'ItemOperations',
  'Provision',
  'ResolveRecipients',
  'ValidateCert',
  'Find',
] as const;
export type CommandName = (typeof commandNames)[number];

export const commandCoded = (code: number): CommandName | undefined => commandNames[code];
