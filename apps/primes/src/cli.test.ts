import { TextSink } from '@concurrent-primes/fixtures';
import { type Console, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { describe, expect, it } from 'vitest';
import { progress, runCli } from './cli.ts';
import { BrokenSink } from './testing/broken-sink.ts';

function consoleOf(stdout: Console['stdout'], stderr: Console['stderr']): Console {
  return { stdout, stderr, env: {}, interrupt: new AbortController().signal };
}

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const code = await runCli(args, consoleOf(stdout, stderr), 1);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('runCli()', () => {
  it.each([
    ['1e6', '78498\n'],
    ['1e9 --dist 1e6', '48155\n'],
    ['2e6 --sum', '142913828922\n'],
    ['10 5', '0\n'],
    ['--nth 10001', '104743\n'],
    ['1e6 --format csv', 'a,b,count\n0,1000000,78498\n'],
    ['10 100 --format json', '{"a":10,"b":100,"count":21}\n'],
    ['10 --sum --format json', '{"a":0,"b":10,"sum":"17"}\n'],
    ['--nth 4 --format csv', 'n,prime\n4,7\n'],
    ['10 20 --print', '11\n13\n17\n19\n'],
    ['10 20 --print --format csv', 'prime\n11\n13\n17\n19\n'],
    ['10 20 --print --format json', '[11,13,17,19]\n'],
    ['20 10 --print --format json', '[]\n'],
    ['24 28 --print', ''],
    ['10 20 --print --format int32be', '\0\0\0\x0b\0\0\0\x0d\0\0\0\x11\0\0\0\x13'],
  ])('answers %s', async (line, stdout) => {
    expect(await run(...line.split(' '))).toEqual({ code: EXIT_OK, stdout, stderr: '' });
  });

  it('prints one JSON array when the interval has several pieces, some of them empty', async () => {
    // 983040 is the border of two segments; the first prime above it is 983063.
    const { stdout } = await run('983030', '983062', '--print', '--format', 'json');
    expect(JSON.parse(stdout)).toEqual([]);
    const wide = await run('900000', '2e6', '--print', '--format', 'json');
    const primes = JSON.parse(wide.stdout) as number[];
    expect(primes).toHaveLength(77_659);
    expect([primes.at(0), primes.at(-1)]).toEqual([900_001, 1_999_993]);
  });

  it('says the time on stderr when asked', async () => {
    const { stdout, stderr } = await run('1e6', '--time');
    expect(stdout).toBe('78498\n');
    expect(stderr).toMatch(/^\d+\.\d{3} s\n$/);
  });

  it('prints the help on stdout', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect(code).toBe(EXIT_OK);
    expect(stdout).toMatch(/^Usage: primes \[options\] \[A\] \[B\]\n/);
    expect(stderr).toBe('');
  });

  it('complains on stderr in one line when the usage is bad', async () => {
    const { code, stdout, stderr } = await run('1e10');
    expect(code).toBe(EXIT_USAGE);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: .*\n$/);
  });

  it('ends without a word when the reader leaves', async () => {
    const stderr = new TextSink();
    expect(await runCli(['2^31-1', '--print'], consoleOf(new BrokenSink('EPIPE'), stderr), 1)).toBe(EXIT_OK);
    expect(stderr.text).toBe('');
  });

  it('keeps its exit code when stderr has no reader', async () => {
    expect(await runCli(['1e10'], consoleOf(new TextSink(), new BrokenSink('EPIPE')), 1)).toBe(EXIT_USAGE);
  });

  it('fails in one line when the answer can not be written', async () => {
    const stderr = new TextSink();
    expect(await runCli(['2^31-1', '--print'], consoleOf(new BrokenSink('ENOSPC'), stderr), 1)).toBe(EXIT_FAILED);
    expect(stderr.text).toBe('error: cannot write to stdout: write ENOSPC\n');
  });
});

describe('progress()', () => {
  it.each([
    [0.25, 1000, '25 %, about 3 s left'],
    [0.3, 1200, '30 %, about 3 s left'],
    [1, 5000, '100 %, about 0 s left'],
  ])('says for %d after %i ms: %s', (fraction, elapsedMs, text) => {
    expect(progress(fraction, elapsedMs)).toBe(text);
  });
});
