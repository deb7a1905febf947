import { defineConfig } from 'vitest/config';
import { tallying } from './test/reporter/tally.ts';

const second = 1000;

/**
 * Tests by cost, cheapest first; a group starts when the one before it is done, so that tests which
 * start servers, or kill them, never share the machine with tests that are merely quick. Timeouts
 * are seconds a test.
 */
const costly = [
  { name: 'house', timeout: 60 },
  { name: 'projections', timeout: 30 },
  { name: 'contract', timeout: 60 },
  { name: 'protocol', timeout: 30 },
  { name: 'program', timeout: 120 },
  { name: 'clients', timeout: 180 },
  { name: 'durability', timeout: 600 },
].map((project) => ({
  ...project,
  include: [`test/${project.name}/**/*.test.ts`],
}));

/** All the rest, wherever it lies, so that no test is left out: no I/O to speak of, milliseconds. */
const cheap = {
  name: 'domain',
  timeout: 20,
  include: ['test/**/*.test.ts'],
  exclude: costly.flatMap(({ include }) => include),
};

export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    reporters: ['default', tallying()],
    allowOnly: process.env['CI'] === undefined,
    projects: [cheap, ...costly].map(({ timeout, ...project }, order) => ({
      extends: true,
      test: {
        ...project,
        testTimeout: timeout * second,
        hookTimeout: Math.max(timeout, 60) * second,
        sequence: { groupOrder: order },
      },
    })),
  },
});
