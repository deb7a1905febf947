import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tables } from '../../src/api/dav/assembly.ts';
import { davDocument, unfounded } from './dav-document.ts';

const root = resolve(import.meta.dirname, '../..');

describe('docs/protocols/dav.md', () => {
  it('is what the tables say (written anew by vitest -u)', async () => {
    await expect(davDocument(tables)).toMatchFileSnapshot(join(root, 'docs/protocols/dav.md'));
  });

  it('claims no section that no row stands for', () => {
    expect(unfounded(tables)).toEqual([]);
  });
});
