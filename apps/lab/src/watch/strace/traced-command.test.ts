/** `lab watch --command`: anyone's server, by its system calls. */
import { TextSink } from '@concurrent-primes/fixtures';
import { EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { SERVER_PROGRAM } from '@concurrent-primes/server/architectures';
import { type State, waitingOf } from '@concurrent-primes/trace';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCli } from '../../lab-cli.ts';
import { NEVER } from '../../testing/check-server.ts';
import { NO_TRACED_PYTHON, shown, watchedState } from '../../testing/watched-command.ts';
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

it('without strace shows the page with what the clients see', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync('/bin/sh', join(bin, 'sh'));
  vi.stubEnv('PATH', bin);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const command = `exec ${process.execPath} ${SERVER_PROGRAM} select --port {port}`;
  const isDone = ({ totals }: State): boolean => totals.sums >= 2 && totals.closed >= 2;
  const state = await watchedState(command, isDone, '-t', '2', '--with', 'silent');
  expect(state.server.architecture).toBe('clients');
  expect(state.server.options['unseen']).toMatch(/strace/);
  const [silent, first, second] = [...state.clients.values()];
  expect(silent).toMatchObject({ place: 'outside', stage: 'request', bytesGot: 0 });
  expect(waitingOf(state, silent!)).toMatchObject({ kind: 'itself', reason: 'request' });
  expect(first).toMatchObject({ interval: [1100, 1200], count: 12, bytesSent: 52, sum: 'right', place: 'gone' });
  expect(second).toMatchObject({ interval: [2100, 2200], count: 10, bytesSent: 44, sum: 'right', place: 'gone' });
  const { sentence, glance, machine, rows } = shown(state);
  expect(machine!.caveat).toMatch(/^Only the clients’ side is shown\. The server’s side needs strace: .*strace/);
  expect(sentence.more).toBe('No client waits for the server.');
  expect(glance.lines.join(' ')).toContain('wait for *the server*');
  expect(rows.find(({ key }) => key === 1)!.reason).toMatch(/^Waits .*: its request hasn’t come\.$/);
});
