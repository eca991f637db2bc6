import { freePort, REFUSED, startPrimeServer, TextSink, type PrimeServer } from '@concurrent-primes/fixtures';
import { ERASE_LINE, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCli } from './cli.ts';

const NEVER = new AbortController().signal;

async function run(server: { port: number }, ...args: string[]) {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const code = await runCli(['-p', String(server.port), ...args], { stdout, stderr, env: {}, interrupt: NEVER });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Takes the times out of a table, and the columns' widths, which depend on them. */
function withoutTimes(table: string): string {
  return table.replaceAll(/ +[\d.]+ m?s$/gm, '').replaceAll(/ +/g, ' ');
}

function outcomes({ outcomes: counts }: PrimeServer): Record<string, number> {
  return { ...counts };
}

describe('runCli()', () => {
  it('prints a line a client and a total', async () => {
    await using server = await startPrimeServer();
    const { code, stdout, stderr } = await run(server, '100', '200', '-t', '3', '--verify');
    expect(code).toBe(EXIT_OK);
    expect(withoutTimes(stdout)).toBe(
      [
        'client interval primes sum time',
        ' 0 [100, 200] 21 3167',
        ' 1 [1100, 1200] 12 13780',
        ' 2 [2100, 2200] 10 21398',
        ' total 3 clients 43 38345',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe('');
  });

  it('prints one JSON document when asked', async () => {
    await using server = await startPrimeServer();
    const { code, stdout } = await run(server, '0', '1000000', '--json');
    expect(code).toBe(EXIT_OK);
    expect(JSON.parse(stdout)).toMatchObject({
      clients: [{ client: 0, count: 78_498, sum: '37550402023' }],
      total: { clients: 1, failed: 0, count: 78_498, sum: '37550402023' },
    });
  });

  it('prints the primes on stdout and the table on stderr when asked', async () => {
    await using server = await startPrimeServer();
    const { code, stdout, stderr } = await run(server, '--print', '--', '-10', '20');
    expect(code).toBe(EXIT_OK);
    expect(stdout).toBe('2\n3\n5\n7\n11\n13\n17\n19\n');
    expect(withoutTimes(stderr)).toContain(' total 1 client 8 77');
  });

  it('prints whole lines, each once, when several clients print', async () => {
    await using server = await startPrimeServer();
    const { stdout } = await run(server, '0', '99999', '-t', '4', '--step', '100000', '--print');
    const primes = stdout.trimEnd().split('\n').map(Number);
    expect(primes).toHaveLength(33_860);
    expect(new Set(primes).size).toBe(33_860);
    expect(primes.reduce((sum, prime) => sum + prime, 0)).toBe(6_458_901_531);
  });

  it('speaks the dialects when told so', async () => {
    await using server = await startPrimeServer({ greeting: true });
    expect(await run(server, '0', '10', '--greeting')).toMatchObject({ code: EXIT_OK });
    expect(await run(server, '0', '10', '--greeting', '--no-sum')).toMatchObject({ code: EXIT_OK });
    expect(outcomes(server)).toMatchObject({ served: 1 });
    const { code, stdout } = await run(server, '0', '10');
    expect(code).toBe(EXIT_FAILED);
    expect(stdout).toMatch(/cannot read N of \[0, 10\].*the server seems to send the greeting.*; try --greeting/);
  });

  it('exits with 1 and shows the reason when a client is refused', async () => {
    await using server = await startPrimeServer({ refuse: () => REFUSED.tooWide });
    const { code, stdout } = await run(server, '0', '10');
    expect(code).toBe(EXIT_FAILED);
    expect(stdout).toContain(' [0, 10]  the server refused the request: too-wide (-4)\n');
    expect(stdout).toContain('1 client, 1 failed');
  });

  it.each([
    [999, []],
    [1200, ['waiting for 1 of 1 answers (1 not begun), 0 primes, 0.0 MB/s']],
  ])('says on a terminal what it waits for, from the second on: after %i ms', async (waitMs, lines) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    await using server = await startPrimeServer({
      gate: () => {
        vi.advanceTimersByTime(waitMs);
        return undefined;
      },
    });
    const [stdout, stderr] = [new TextSink(), new TextSink({ isTTY: true })];
    const args = ['0', '10', '-p', String(server.port)];
    expect(await runCli(args, { stdout, stderr, env: {}, interrupt: NEVER })).toBe(EXIT_OK);
    expect([...new Set(stderr.text.split(ERASE_LINE))].filter(Boolean)).toEqual(lines);
    expect(stderr.text.endsWith(ERASE_LINE)).toBe(lines.length > 0);
  });

  it('gives up when the server is silent for longer than the time limit', async () => {
    await using server = await startPrimeServer({ gate: () => Promise.race([]) });
    const { code, stdout } = await run(server, '0', '10', '--timeout', '0.05');
    expect(code).toBe(EXIT_FAILED);
    expect(stdout).toMatch(/must send a byte within 50 ms, got nothing/);
  });

  it.each([{ format: 'table' }, { format: 'json' }])(
    'says in one line how to start a server when nobody listens: $format',
    async ({ format }) => {
      const port = await freePort();
      const { code, stdout, stderr } = await run(
        { port },
        '0',
        '10',
        '-t',
        '3',
        ...(format === 'json' ? ['--json'] : []),
      );
      expect(code).toBe(EXIT_FAILED);
      expect(stderr).toBe(
        `error: cannot connect to 127.0.0.1:${port}: a server must listen there, got ECONNREFUSED; ` +
          'start one with `pnpm --filter server-select start`\n',
      );
      if (format === 'table') expect(stdout).toBe('');
      else expect(JSON.parse(stdout)).toMatchObject({ total: { clients: 3, failed: 3 } });
    },
  );

  it('exits with 2 when the usage is bad, and with 0 after the help', async () => {
    expect(await run({ port: 1 }, 'one', '2')).toMatchObject({ code: EXIT_USAGE, stdout: '' });
    expect(await run({ port: 1 }, '--help')).toMatchObject({ code: EXIT_OK, stderr: '' });
  });

  it('prints what is done and exits with 130 when interrupted', async () => {
    const interrupt = new AbortController();
    await using server = await startPrimeServer({
      gate: () => {
        interrupt.abort(new Error('interrupted'));
        return Promise.race([]);
      },
    });
    const [stdout, stderr] = [new TextSink(), new TextSink()];
    const args = ['0', '10', '-p', String(server.port)];
    expect(await runCli(args, { stdout, stderr, env: {}, interrupt: interrupt.signal })).toBe(EXIT_INTERRUPTED);
    expect(stdout.text).toContain(' [0, 10]  interrupted\n');
  });

  it('ends as if done when the reader of stdout leaves', async () => {
    await using server = await startPrimeServer();
    const stderr = new TextSink();
    const stdout = new PassThrough();
    stdout.once('data', () => {
      stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    });
    const args = ['0', '3000000', '-t', '2', '--print', '-p', String(server.port)];
    expect(await runCli(args, { stdout, stderr, env: {}, interrupt: NEVER })).toBe(EXIT_OK);
    expect(stderr.text).toBe('');
  });

  it('says in one line that its output can not be written, and fails', async () => {
    await using server = await startPrimeServer();
    const stderr = new TextSink();
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
      },
    });
    const args = ['0', '100', '-p', String(server.port)];
    expect(await runCli(args, { stdout, stderr, env: {}, interrupt: NEVER })).toBe(EXIT_FAILED);
    expect(stderr.text).toBe('error: cannot write to stdout: ENOSPC: no space left on device, write\n');
  });
});
