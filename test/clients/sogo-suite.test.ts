import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'sogo-suite.mjs');
/** A checkout of SOGo's sources, and a `node_modules` with what its suite needs, which saves a minute. */
const checkout = process.env['SOGO_CHECKOUT'];
const modules = process.env['SOGO_SUITE_MODULES'];

it("passes the specs of SOGo's own suite that are about calendars and address books", async (context) => {
  if (checkout === undefined)
    return context.skip('SOGO_CHECKOUT names no checkout of SOGo (docs/developer/sogo-suite.md)');
  const given = modules === undefined ? [] : ['--modules', modules];
  const printed = await new Promise<string>((resolve) => {
    execFile(process.execPath, [script, ...given, checkout], (_, out, err) => resolve(out + err));
  });
  expect(printed).toMatch(/^ok {3}WebDAV: /m);
  expect(printed).toMatch(/, 0 failed, \d+ not run$/m);
});
