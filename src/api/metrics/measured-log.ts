import { catalogue, type Log } from '../log.ts';
import type { Meter } from './meter.ts';

/** The same log; its lines are counted, except those of requests, which have metrics of their own. */
export const measuredLog =
  (log: Log, meter: Meter): Log =>
  (code, fields) => {
    if (code !== 'request') meter.count('daybook_log_lines_total', catalogue[code][0], code);
    log(code, fields);
  };
