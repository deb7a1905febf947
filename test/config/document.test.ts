import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { areas } from '../../src/adapters/sogo-conf/parameters.ts';
import { ldapSourceKeys } from '../../src/adapters/sogo-conf/parameters/ldap-source.ts';
import { sqlSourceKeys } from '../../src/adapters/sogo-conf/parameters/sql-source.ts';
import { printed } from '../../src/adapters/sogo-conf/print.ts';
import type { Rows } from '../../src/adapters/sogo-conf/row.ts';

const path = join(resolve(import.meta.dirname, '../..'), 'docs/administration/sogo-conf.md');
const MARK =
  '\n<!-- The rest is written by `npx vitest run test/config/document.test.ts -u`. -->\n';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (title: string, rows: Rows): string => {
  const lines = Object.entries(rows).map(
    ([name, { level, type, fallback, inEffect, atStart, meaning, needless }]) => {
      const value = fallback === undefined || fallback === '' ? '' : `\`${printed(fallback)}\``;
      const cells = [
        `\`${name}\``,
        level,
        type.name,
        value,
        inEffect ? (atStart ? 'at start' : 'yes') : needless === undefined ? 'no' : 'not needed',
        needless === undefined ? meaning : `${meaning}: ${needless}`,
      ];
      return `| ${cells.map(cell).join(' | ')} |`.replaceAll('  |', ' |');
    },
  );
  return `\n## ${title}\n
| parameter | level | type | default | in effect | what it is |
|---|---|---|---|---|---|
${lines.join('\n')}\n`;
};

describe('docs/administration/sogo-conf.md', () => {
  it('lists every parameter as the tables have it (written anew by vitest -u)', async () => {
    const [head = ''] = readFileSync(path, 'utf8').split(MARK);
    const tables = [
      ...Object.entries(areas).map(([title, rows]) => table(title, rows)),
      table('An SQL source', sqlSourceKeys),
      table('An LDAP source', ldapSourceKeys),
    ];
    await expect(head + MARK + tables.join('')).toMatchFileSnapshot(path);
  });
});
