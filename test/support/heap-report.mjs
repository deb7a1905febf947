// Loaded into a program before it begins (NODE_OPTIONS=--import): on SIGUSR2 it collects all garbage
// and writes how many octets are left on the heap into the file HEAP_REPORT names.

import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const file = process.env['HEAP_REPORT'];
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  // What a finalizer let go of is garbage only now.
  setImmediate(() => {
    collect();
    writeFileSync(`${file}.new`, String(process.memoryUsage().heapUsed));
    renameSync(`${file}.new`, file);
  });
});
