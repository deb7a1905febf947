import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prometheus } from '../../src/adapters/telemetry/prometheus.ts';
import { type Metric, metrics } from '../../src/api/metrics/catalogue.ts';

const root = resolve(import.meta.dirname, '../..');

const HEAD = `# Metrics

<!-- Written by \`npx vitest run test/house -u\` from the table that the server runs on. -->

\`GET /metrics\` answers in Prometheus's text format. Who may ask:

- **By default programs on the same machine**, at the server's own address: \`curl http://127.0.0.1:20000/metrics\`.
  A request counts as such when it comes from a loopback address, asks for \`localhost\`, \`127.0.0.1\` or \`[::1]\`, and
  carries nothing that proxies add (\`Forwarded\`, \`Via\`, \`X-Forwarded-For\`, \`X-Forwarded-Host\`, \`X-Forwarded-Proto\`,
  \`X-Real-IP\`). Everybody else is told 404. The proxies in [administration](../administration/README.md) pass on
  what makes theirs recognisable; one that hides all of it must refuse \`/metrics\` itself.
- **With \`DaybookMetricsListen\`** in the configuration file, or \`DAYBOOK_METRICS_LISTEN\` in the environment
  (\`ADDRESS:PORT\`, \`*:PORT\`, \`unix:/PATH\`): everybody who can connect to that address, and nobody at the server's own.
  For a Prometheus on another machine, and for containers. Keep the address within a network you trust.

No series has the name of a person, a collection or an object: labels take few values, which are known beforehand.
A scrape costs two small questions to the database. Each node tells of itself; sum over nodes, except what a single
node can say for all (\`daybook_log_up\`).

[What to alert on](production.md#alerts) names the series that matter first.

## Daybook's own
`;

const TAIL = `
Buckets of times: 1 ms to 30 s; of counts: 1 to 256, in powers of two.

## Of the process

As the library prom-client makes them.
`;

const row = (name: string, { kind, labels, help }: Metric): string => {
  const shown = labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${name}\` | ${kind} | ${shown} | ${help} |`.replaceAll('|  |', '| |');
};

describe('docs/operations/metrics.md', () => {
  it('lists every series there is (written anew by vitest -u)', async () => {
    const { body } = await prometheus(metrics).exposition([]);
    const known = [...body.matchAll(/^# HELP (\S+) (.+)\n# TYPE \S+ (\w+)$/gm)];
    const ofProcess = known
      .map(([, name = '', help = '', kind = '']) => ({ name, help, kind }))
      .filter(({ name }) => !(name in metrics))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    expect(known).toHaveLength(ofProcess.length + Object.keys(metrics).length);
    const page = [
      HEAD,
      '| metric | kind | labels | what it is |\n|---|---|---|---|',
      ...Object.entries(metrics).map(([name, metric]) => row(name, metric)),
      TAIL,
      '| metric | kind | what it is |\n|---|---|---|',
      ...ofProcess.map(({ name, kind, help }) => `| \`${name}\` | ${kind} | ${help} |`),
      '',
    ].join('\n');
    await expect(page).toMatchFileSnapshot(join(root, 'docs/operations/metrics.md'));
  });

  it('has names and help as Prometheus’s conventions ask: units and _total at the end', () => {
    for (const [name, metric] of Object.entries<Metric>(metrics)) {
      expect(name).toMatch(/^daybook_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(metric.kind === 'counter');
      expect(metric.help).toMatch(/^[A-Z1].*[.]$/);
      expect(metric.buckets !== undefined).toBe(metric.kind === 'histogram');
    }
  });
});
