// npm start: everything a fresh clone needs, then `daybook serve` in this very process, so that
// signals, exit code and memory are the server's own. Arguments go to it: npm start -- --data /srv.

import { pathToFileURL } from 'node:url';
import {
  ensureBuild,
  ensureDependencies,
  program,
  requireNode,
  SetupFailed,
  say,
} from './setup.mjs';

try {
  requireNode();
  ensureDependencies();
  ensureBuild();
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exit(1);
}
process.argv.splice(1, 1, program, 'serve');
await import(pathToFileURL(program).href);
