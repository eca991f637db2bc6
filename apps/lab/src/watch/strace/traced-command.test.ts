/** `lab watch --command`: anyone's server, by its system calls. */
import { TextSink, eventually } from '@concurrent-primes/fixtures';
import { EXIT_OK, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { SERVER_PROGRAM } from '@concurrent-primes/server/architectures';
import { type State, waitingOf } from '@concurrent-primes/trace';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCli } from '../../lab-cli.ts';
import { NEVER } from '../../testing/check-server.ts';
import { NO_TRACED_PYTHON, watchedState } from '../../testing/watched-command.ts';
import { whyNoStrace } from './traced-command.ts';

const SERVER = fileURLToPath(new URL('../../testing/student_server.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lab-traced-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Watches a student's server until its state is as it should be. */
function watched(style: string, isDone: (state: State) => boolean, ...args: string[]): Promise<State> {
  return watchedState(`exec python3 ${SERVER} {port} ${style}`, isDone, ...args);
}

describe.skipIf(NO_TRACED_PYTHON !== undefined)(
  `any server under strace (${NO_TRACED_PYTHON ?? 'strace and python3 are here'})`,
  () => {
    it.for([
      ['threads', 'threads'],
      ['processes', 'processes'],
      ['select', 'select'],
    ] as const)('%s: good clients are served beside a silent one', async ([style, name]) => {
      const state = await watched(style, ({ totals }) => totals.sums >= 2, '-t', '2', '--with', 'silent');
      expect(state.server).toMatchObject({ name, architecture: style === 'select' ? 'loop' : 'pool' });
      const clients = [...state.clients.values()];
      const served = clients.find(({ interval }) => interval?.join() === '1100,1200');
      expect(served).toMatchObject({ count: 12, sum: 'right', bytesSent: 52 });
      const silent = clients.find(({ place, stage }) => place !== 'gone' && stage === 'request');
      expect(waitingOf(state, silent!).kind).toBe('itself');
      expect(state.mismatches).toEqual([]);
    });

    it('sequential: a silent client starves all others', async () => {
      const isStarving = ({ backlog }: State): boolean => backlog.length === 2;
      const state = await watched('sequential', isStarving, '-t', '2', '--with', 'silent');
      expect(state.server).toMatchObject({ name: 'one thread', summary: 'one client at a time' });
      expect([...state.clients.values()].filter(({ place }) => place === 'thread')).toMatchObject([{ bytesGot: 0 }]);
      expect(state.totals.sums).toBe(0);
    });
  },
);

it('says what a server that does not start has printed', async (test) => {
  const missing = whyNoStrace();
  if (missing !== undefined) test.skip(missing);
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const args = ['watch', '--no-open', '--command', 'echo "no module named primes" >&2; exit 3'];
  expect(await runCli(args, { stdout, stderr, env: {}, interrupt: NEVER })).toBe(EXIT_USAGE);
  expect(stderr.text).toContain('no module named primes');
});

it.for([['--terminal'], ['-s', 'pool:3'], ['--per-second', '5']])('refuses %j beside --command', async (args) => {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const code = await runCli(['watch', '--command', 'true', ...args], { stdout, stderr, env: {}, interrupt: NEVER });
  expect(code).toBe(EXIT_USAGE);
  expect(stderr.text).toContain('cannot be used with option');
});

it('without strace shows what the clients see', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync('/bin/sh', join(bin, 'sh'));
  vi.stubEnv('PATH', bin);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const interrupt = new AbortController();
  const command = `exec ${process.execPath} ${SERVER_PROGRAM} select --port {port}`;
  const watching = runCli(['watch', '-t', '2', '--with', 'silent', '--command', command], {
    ...{ stdout, stderr, env: {}, interrupt: interrupt.signal },
  });
  await eventually(() => {
    expect(stdout.text, stderr.text).toMatch(/client 1 \(silent\) connects\n/);
    // They ask for [1100, 1200] and [2100, 2200].
    for (const [client, count] of [
      [2, 12],
      [3, 10],
    ]) {
      expect(stdout.text).toContain(`client ${client} (good) sends its request\n`);
      expect(stdout.text).toContain(`client ${client} (good) served: ${count} primes, sum `);
    }
  });
  interrupt.abort();
  expect(await watching).toBe(EXIT_OK);
  expect(stderr.text).toMatch(/^a server is watched by strace; .* only what the clients see can be shown/);
});
