import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a metric is; its name is its key in the table. */
interface Definition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

interface Reading {
  readonly name: string;
  readonly labels: readonly string[];
  readonly value: number;
}

/** A table's metrics and those of the process, kept for whoever scrapes. */
export interface Prometheus {
  count(name: string, ...labels: readonly string[]): void;
  observe(name: string, value: number, ...labels: readonly string[]): void;
  /** All series in Prometheus's text format 0.0.4; gauges stand at these readings and at nothing older. */
  exposition(
    readings: readonly Reading[],
  ): Promise<{ readonly contentType: string; readonly body: string }>;
}

const unknown = (name: string): Error => new Error(`no such metric: ${name}`);

/** Makes every metric of a table, and prom-client's own of the process (`process_`, `nodejs_`). */
export const prometheus = (definitions: Readonly<Record<string, Definition>>): Prometheus => {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  collectDefaultMetrics({ register: registry });
  for (const [name, { kind, help, labels, buckets = [] }] of Object.entries(definitions)) {
    const common = { name, help, labelNames: labels, registers: [registry] };
    if (kind === 'counter') counters.set(name, new Counter(common));
    else if (kind === 'gauge') gauges.set(name, new Gauge(common));
    else histograms.set(name, new Histogram({ ...common, buckets: [...buckets] }));
  }

  return {
    count(name, ...labels) {
      const counter = counters.get(name);
      if (counter === undefined) throw unknown(name);
      counter.labels(...labels).inc();
    },
    observe(name, value, ...labels) {
      const histogram = histograms.get(name);
      if (histogram === undefined) throw unknown(name);
      histogram.labels(...labels).observe(value);
    },
    async exposition(readings) {
      for (const gauge of gauges.values()) gauge.reset();
      for (const { name, labels, value } of readings) {
        const gauge = gauges.get(name);
        if (gauge === undefined) throw unknown(name);
        gauge.labels(...labels).set(value);
      }
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
};
