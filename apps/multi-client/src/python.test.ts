/** Interoperation: a server that shares no code with ours, in a language that shares none. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually, referencePrimes, sumOf, TextSink, whyMissing } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { runCli } from './cli.ts';
import { EXIT_OK } from '@concurrent-primes/harness/terminal';

const SERVER = fileURLToPath(new URL('./testing/sum_checking_server.py', import.meta.url));
const CLIENTS = 5;
/** For starting an interpreter on a machine that is busy with other tests. */
const START_MS = 20_000;

const NO_PYTHON = whyMissing('python3', ['--version']);

/** A running Python server; disposing ends it. */
interface PythonServer extends AsyncDisposable {
  readonly port: number;
  /** How each exchange has ended, so far. */
  outcomes(): string[];
}

async function startPython(...args: string[]): Promise<PythonServer> {
  const child = spawn('python3', [SERVER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  const lines = (): string[] => written.split('\n').slice(0, -1);
  const port = await eventually(
    () => {
      const [first] = lines();
      if (first === undefined) throw new Error('sum_checking_server.py must print its port, it printed nothing');
      return Number(first);
    },
    { deadlineMs: START_MS },
  ).catch((error: unknown) => {
    // A child that lives on would keep the test's process alive.
    child.kill('SIGKILL');
    throw error;
  });
  return {
    port,
    outcomes: () => lines().slice(1),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

describe('a Python server and the multi-client', () => {
  it.for([
    ['when the clients send their sums', [], [], 'served'],
    ['when the clients leave without', ['--no-sum'], [], 'no-sum'],
    ['in the greeting dialect', ['--greeting'], ['greeting'], 'served'],
  ] as const)('agree %s', async ([, clientArgs, serverArgs, outcome], test) => {
    if (NO_PYTHON !== undefined) test.skip(NO_PYTHON);
    await using server = await startPython(...serverArgs);
    const [stdout, stderr] = [new TextSink(), new TextSink()];
    const args = ['-10', '200', '-t', String(CLIENTS), '-p', String(server.port), '--verify', '--json', ...clientArgs];
    const code = await runCli(args, { stdout, stderr, env: {}, interrupt: new AbortController().signal });
    expect(stderr.text).toBe('');
    expect(code).toBe(EXIT_OK);
    const primes = Array.from({ length: CLIENTS }, (_, index) =>
      referencePrimes(1000 * index - 10, 1000 * index + 200),
    );
    const [count, sum] = [primes.flat().length, String(sumOf(primes.flat()))];
    expect(JSON.parse(stdout.text)).toMatchObject({ total: { clients: CLIENTS, failed: 0, count, sum } });
    await eventually(() => {
      expect(server.outcomes()).toEqual(Array.from({ length: CLIENTS }, () => outcome));
    });
  });
});
