import { describe, expect, it } from 'vitest';
import { EXIT_ANSWERED, EXIT_FAILED, EXIT_USAGE, runCli } from './cli.ts';
import { BrokenSink, Sink } from './testing/streams.ts';

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const code = await runCli(args, { stdout, stderr, cores: 1 });
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
    expect(await run(...line.split(' '))).toEqual({ code: EXIT_ANSWERED, stdout, stderr: '' });
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
    expect(code).toBe(EXIT_ANSWERED);
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
    const stderr = new Sink();
    const surroundings = { stdout: new BrokenSink('EPIPE'), stderr, cores: 1 };
    expect(await runCli(['2^31-1', '--print'], surroundings)).toBe(EXIT_ANSWERED);
    expect(stderr.text).toBe('');
  });

  it('keeps its exit code when nobody reads the complaint', async () => {
    const surroundings = { stdout: new Sink(), stderr: new BrokenSink('EPIPE'), cores: 1 };
    expect(await runCli(['1e10'], surroundings)).toBe(EXIT_USAGE);
  });

  it('fails in one line when the answer can not be written', async () => {
    const stderr = new Sink();
    const surroundings = { stdout: new BrokenSink('ENOSPC'), stderr, cores: 1 };
    expect(await runCli(['2^31-1', '--print'], surroundings)).toBe(EXIT_FAILED);
    expect(stderr.text).toBe('primes: write ENOSPC\n');
  });
});
