import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/api/log.ts';

test('docs/operations/log.md lists every line the server can log, and no other', async () => {
  const page = join(import.meta.dirname, '..', '..', 'docs', 'operations', 'log.md');
  const rows = (await readFile(page, 'utf8')).matchAll(/^\| `([^`]+)` \| (\w+) \| (.+?) \|$/gm);
  const listed = [...rows].map(([, code, level, message]) => [code, level, message]);
  expect(listed).toEqual(
    Object.entries(catalogue).map(([code, [level, message]]) => [code, level, message]),
  );
});
