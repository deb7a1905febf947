/** Statuses of a folder in Sync (MS-ASCMD 2.2.3.177.17). */
export const syncStatuses = {
  done: 1,
  wrongKey: 3,
  malformed: 4,
  serverError: 5,
  folderGone: 8,
  hierarchyChanged: 12,
  incomplete: 13,
  wrongWait: 14,
  tooManyFolders: 15,
  retry: 16,
} as const;

/** Statuses of one command in Sync. */
export const itemStatuses = { done: 1, unusable: 6, conflict: 7, gone: 8 } as const;
