#!/usr/bin/env node
// The `daybook` command. In a clone it installs and builds what is missing first; an installed
// package carries its build and has no sources.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/api/main.js', import.meta.url);

if (existsSync(new URL('../src', import.meta.url))) {
  const setup = await import('../scripts/setup.mjs');
  try {
    setup.requireNode();
    setup.ensureDependencies();
    setup.ensureBuild();
  } catch (error) {
    if (!(error instanceof setup.SetupFailed)) throw error;
    setup.say(error.message);
    process.exit(1);
  }
}
process.argv[1] = fileURLToPath(program);
await import(program.href);
