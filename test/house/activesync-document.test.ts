import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandTable } from '../../src/api/eas/commands.ts';
import { activeSyncDocument, unexplained } from './activesync-document.ts';

const root = resolve(import.meta.dirname, '../..');

describe('docs/protocols/activesync.md', () => {
  it('is what the tables say (written anew by vitest -u)', async () => {
    await expect(activeSyncDocument(commandTable)).toMatchFileSnapshot(
      join(root, 'docs/protocols/activesync.md'),
    );
  });

  it('says something of every command, and of no other', () => {
    expect(unexplained(commandTable)).toEqual([]);
  });
});
