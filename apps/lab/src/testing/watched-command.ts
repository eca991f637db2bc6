/** Runs `lab watch --command` on a server, for tests. */
import { TextSink, eventually } from '@concurrent-primes/fixtures';
import { EXIT_OK } from '@concurrent-primes/harness/terminal';
import { type Recording, type State, openRecording } from '@concurrent-primes/trace';
import { type Picture, pictureOf } from '@concurrent-primes/watch/model';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { whyNoStrace } from '../watch/strace/traced-command.ts';

/** Ends a test that hangs: Python, strace and the server share a machine that may be busy. */
const DEADLINE_MS = 120_000;

/** Why no Python server can be traced here; undefined if one can. */
export const NO_TRACED_PYTHON =
  whyNoStrace() ?? (spawnSync('python3', ['-V']).error === undefined ? undefined : 'python3 must be installed');

/** The recording so far; undefined while it has no header. */
async function open(file: string): Promise<Recording | undefined> {
  return await openRecording([readFileSync(file)]).catch(() => undefined);
}

/**
 * Watches a server until its state is as it should be, ends it, and returns the state.
 *
 * @param command - a shell command; `{port}` stands for its port
 * @param isDone - whether the state is as it should be
 * @param args - further arguments of `lab watch`
 */
export async function watchedState(
  command: string,
  isDone: (state: State) => boolean,
  ...args: string[]
): Promise<State> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-traced-'));
  try {
    const file = join(folder, 'run.cpr');
    const [stdout, stderr] = [new TextSink(), new TextSink()];
    const interrupt = new AbortController();
    const options = ['watch', '--no-open', '--record', file, '--command', command, ...args];
    const watching = runCli(options, { stdout, stderr, env: {}, interrupt: interrupt.signal });
    let state: State | undefined;
    try {
      await eventually(
        async () => {
          expect(stdout.text, stderr.text).toContain('watch it at');
          state = (await open(file))?.state;
          const isThere = state !== undefined && isDone(state);
          expect(isThere ? undefined : summaryOf(state), stderr.text).toBeUndefined();
        },
        { deadlineMs: DEADLINE_MS },
      );
    } finally {
      interrupt.abort();
      expect(await watching, stderr.text).toBe(EXIT_OK);
    }
    return state!;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the page shows of a state. */
export function shown(state: State): Picture {
  return pictureOf(state, { inside: false, later: [], columns: 18, room: () => 80, picked: undefined });
}

/** What a test says about a state that isn't as it should be. */
function summaryOf(state: State | undefined): object {
  if (state === undefined) return { recording: 'empty' };
  const { server, totals, threads, clients, backlog } = state;
  return {
    ...{ name: server.name, architecture: server.architecture, totals, backlog },
    threads: threads.map(({ info, client }) => `${info.name} ${client ?? ''}`),
    clients: [...clients.values()].map(({ ordinal, place, stage, thread }) => `${ordinal} ${place} ${stage} ${thread}`),
  };
}
