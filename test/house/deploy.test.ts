import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadSettings } from '../../src/adapters/sogo-conf/settings.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const compose = parse(read('docker-compose.yml')) as Compose;
const services = Object.entries(compose.services);
const isPath = (source: string): boolean => source.startsWith('.');
const mounts = services.flatMap(([name, { volumes = [] }]) =>
  volumes.map((volume) => [name, volume.split(':')[0] ?? ''] as const),
);

describe('docker-compose.yml', () => {
  it('starts Daybook and the five servers around it', () => {
    expect(Object.keys(compose.services)).toEqual([
      'daybook',
      'postgres',
      'eventstoredb',
      'openldap',
      'dovecot',
      'postfix',
    ]);
  });

  it.each(services)('%s has a health check without a shell, and a volume', (_name, service) => {
    expect(service.healthcheck?.test[0]).toBe('CMD');
    expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    expect(service.volumes?.some((volume) => !isPath(volume))).toBe(true);
  });

  it.each(services)('%s is built here or is one version of an image', (_name, { image, build }) => {
    expect([image, build].filter((source) => source !== undefined)).toHaveLength(1);
    if (image !== undefined) expect(image).toMatch(/:\d+[.]\d+/);
    if (build !== undefined) expect(existsSync(join(root, build, 'Dockerfile'))).toBe(true);
  });

  it('names volumes that it declares and files that are there', () => {
    for (const [name, source] of mounts)
      if (isPath(source)) expect(existsSync(join(root, source)), `${name} ${source}`).toBe(true);
      else expect(Object.keys(compose.volumes), name).toContain(source);
    const used = new Set(mounts.map(([, source]) => source));
    expect(Object.keys(compose.volumes).filter((volume) => !used.has(volume))).toEqual([]);
  });

  it('waits for what is healthy, and publishes nothing beyond this machine', () => {
    for (const [name, { depends_on: awaited = {}, ports = [] }] of services) {
      for (const [other, { condition }] of Object.entries(awaited)) {
        expect(Object.keys(compose.services), name).toContain(other);
        expect(condition).toBe('service_healthy');
      }
      for (const port of ports) expect(port).toMatch(/^127[.]0[.]0[.]1:/);
    }
  });

  it('uses an EventStoreDB under a free licence: before 24.10', () => {
    expect(compose.services['eventstoredb']?.image).toMatch(/^eventstore\/eventstore:23[.]10[.]/);
  });
});

describe('the settings of the containers', () => {
  it('can be loaded, and name hosts that there are', async () => {
    const file = join(root, 'deploy/daybook/sogo.conf');
    const environment = compose.services['daybook']?.environment ?? {};
    const settings = await loadSettings({ config: file, listen: '*:20000' }, environment);
    expect(settings.doubts).toEqual([]);
    expect(settings.metricsListen).toEqual({ host: '::', port: 9464 });
    const text = `${read('deploy/daybook/sogo.conf')}${Object.values(environment).join(' ')}`;
    const hosts = [...text.matchAll(/:\/\/(?:[^@\s"]*@)?([a-z]+)/g)].map(([, host = '']) => host);
    expect(hosts.length).toBeGreaterThanOrEqual(6);
    for (const host of hosts) expect(Object.keys(compose.services)).toContain(host);
  });

  it.each(['openldap', 'dovecot', 'postfix'])('%s copies files that are there', (name) => {
    const copied = [...read(`deploy/${name}/Dockerfile`).matchAll(/^COPY (.+) \S+$/gm)].flatMap(
      ([, files = '']) => files.split(' '),
    );
    expect(copied.length).toBeGreaterThan(1);
    for (const file of copied) expect(existsSync(join(root, 'deploy', name, file))).toBe(true);
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile');

  it('copies what is there, and what .dockerignore lets through', () => {
    const kept = new Set([...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path));
    const copied = [...lines.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied.length).toBeGreaterThan(4);
    for (const file of copied) {
      expect(existsSync(join(root, file)), file).toBe(true);
      expect(kept, file).toContain(file);
    }
  });

  it('runs as an ordinary user, without a shell, on a Node that is new enough', () => {
    expect(lines).toMatch(/^USER [1-9]\d+:[1-9]\d+$/m);
    expect(lines).toMatch(/^ENTRYPOINT \[/m);
    expect(lines).toMatch(/^CMD \[/m);
    expect(lines).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \[/m);
    for (const [, major] of lines.matchAll(/^FROM node:(\d+)-/gm)) expect(major).toBe('20');
  });
});

it('deploy/daybook.service is the unit that administration shows', () => {
  const [, shown] =
    /```ini\n(\[Unit\][\s\S]*?)```/.exec(read('docs/administration/README.md')) ?? [];
  expect(read('deploy/daybook.service')).toBe(shown);
});
