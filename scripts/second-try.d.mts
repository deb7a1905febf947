import type { RunReport } from '../test/reporter/tally.ts';

export const mayBeTheMachine: (report: RunReport) => boolean;
export const combined: (first: RunReport, second: Pick<RunReport, 'tally'>) => RunReport['tally'];
