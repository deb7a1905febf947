import { setFlagsFromString } from 'node:v8';

/** Percent of what is in use, by which the heap may grow before V8 looks for what is not any more. */
const GROWTH = 50;

/**
 * Keeps the process small. Left alone, V8 lets the heap of a server that has just been busy grow to three
 * times and more of what it uses; looking more often costs no measurable time at the sizes we have. V8
 * asks for this value at each collection, so that it may be set while the program runs.
 */
export const keepHeapSmall = (): void => setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
