import { setFlagsFromString } from 'node:v8';

/** Percent of what is in use, by which the heap may grow before V8 looks for what is not any more. */
const GROWTH = 70;

/**
 * Keeps the process small. Left alone, V8 lets the heap of a server that has just been busy grow to three
 * times and more of what it uses. Much less than this costs time where many answers are large. V8 asks for this
 * value at each collection, so that it may be set while the program runs.
 */
export const keepHeapSmall = (): void => setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
