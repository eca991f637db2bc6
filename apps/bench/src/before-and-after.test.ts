import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { findCheckout, onlyBeforeAndAfter, rowBefore, serversBefore } from './before-and-after.ts';
import type { Contender, Experiment } from './benchmark.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-before-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const contender = (name: string): Contender => ({ name, sample: () => Promise.reject(new Error('must not be run')) });
const SERVER = { name: 'epoll', command: ['node', '/ours/main.js', 'select', '--selector', 'epoll'] } as const;

describe('findCheckout()', () => {
  it('finds the server and the sieve of a checkout that was built', () => {
    const [server, sieve] = ['apps/server/dist/main.js', 'packages/sieve/dist/index.js'].map((file) => {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
      return path;
    }) as [string, string];
    expect(findCheckout(folder)).toEqual({ server, sieve: pathToFileURL(sieve).href });
  });

  it('throws when it was not built', () => {
    expect(() => findCheckout('/nonexistent')).toThrow(
      'It must be a checkout that was built (with /nonexistent/apps/server/dist/main.js).',
    );
  });
});

describe('serversBefore()', () => {
  it('adds the server of the other checkout with the same flags, and a row', () => {
    const commands: unknown[] = [];
    const { contenders, rows } = serversBefore(
      { server: '/before/main.js', sieve: 'file:///before/sieve.js' },
      'small request, CPU of the server',
      'cpuPerRequestMs',
      { epoll: SERVER },
      (server) => {
        commands.push(server.command);
        return contender(server.name);
      },
    );
    expect(commands).toEqual([['node', '/before/main.js', 'select', '--selector', 'epoll']]);
    expect(contenders['epoll before']?.name).toBe('epoll before');
    expect(rows).toEqual([
      {
        what: 'small request, CPU of the server, over the build before: epoll',
        ...{ metric: 'cpuPerRequestMs', ours: 'epoll', peer: 'epoll before' },
        goal: { kind: 'ratio', atMost: 1.03 },
      },
    ]);
  });

  it('adds nothing without a checkout', () => {
    const nothing = serversBefore(undefined, 'x', 'cpuMs', { epoll: SERVER }, ({ name }) => contender(name));
    expect(nothing).toEqual({ contenders: {}, rows: [] });
  });
});

describe('onlyBeforeAndAfter()', () => {
  it('keeps the rows that compare with the other checkout, and their contenders', () => {
    const before = rowBefore('x', 'cpuMs', 'a');
    const other = { ...before, peer: 'c' };
    const contenders = Object.fromEntries(['a', 'a before', 'b', 'c'].map((name) => [name, contender(name)]));
    const experiment: Experiment = { name: 'one', contenders, rows: [other, before] };
    const [kept, ...more] = onlyBeforeAndAfter([experiment, { ...experiment, rows: [other] }]);
    expect(more).toEqual([]);
    expect(Object.keys(kept!.contenders)).toEqual(['a', 'a before']);
    expect(kept!.rows).toEqual([before]);
  });
});
