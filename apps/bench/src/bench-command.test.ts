import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import type { Experiment, MakeBenchmark } from './benchmark.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { runCli } from './bench-command.ts';
import type { Report } from './benchmark-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-cli-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ending {
  code: number;
  stdout: string;
  stderr: string;
}

function run(...args: string[]): Promise<Ending> {
  return runWith(undefined, ...args);
}

async function runWith(benchmarks: Record<string, MakeBenchmark> | undefined, ...args: string[]): Promise<Ending> {
  const texts = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof texts): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, callback) {
        texts[name] += chunk.toString();
        callback();
      },
    });
  const console = { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, interrupt: new AbortController().signal };
  const code = await runCli(args, console, benchmarks);
  return { code, ...texts };
}

/** A benchmark of one row, whose samples all take this long. */
function fake(elapsedMs: number): Record<string, MakeBenchmark> {
  const experiment: Experiment = {
    name: 'fake',
    contenders: { a: { name: 'A', sample: () => Promise.resolve({ metrics: { elapsedMs } }) } },
    rounds: 3,
    rows: [{ what: 'a thing', metric: 'elapsedMs', ours: 'a', goal: { kind: 'value' } }],
  };
  return { fake: () => Promise.resolve({ experiments: [experiment], versions: {} }) };
}

describe('runCli()', () => {
  it('measures every available row in a smoke run', async () => {
    const file = join(folder, 'report.json');
    const { code, stdout, stderr } = await run('sieve', '--quick', '--json', file);
    expect([code, stderr]).toEqual([EXIT_OK, '']);
    expect(stdout).toMatch(/^A smoke run/);
    expect(stdout).toMatch(/^count \[0, 10\^8\], one thread, all of it sieved /m);
    expect(stdout).toMatch(/^list \[0, 10\^6\] in a new process .*npm prime-lib .* ratio \d/m);

    const [report] = JSON.parse(readFileSync(file, 'utf8')) as Report[];
    expect(report).toMatchObject({ benchmark: 'sieve', quick: true, rounds: 1 });
    expect(report!.environment.node).toBe(process.versions.node);
    for (const { what, ours, peer, measured } of report!.rows) {
      // A row is measured, unless it says what is missing.
      const isMissing = ours.missing !== undefined || peer?.missing !== undefined;
      expect([what, measured === undefined]).toEqual([what, isMissing]);
    }
  }, 120_000);

  it('draws curves, even when clocks have not ticked', async () => {
    const { code, stdout, stderr } = await run('quantum', '--quick', '--svg', join(folder, 'svg'));
    expect([code, stderr]).toEqual([EXIT_OK, '']);
    expect(stdout).not.toMatch(/NaN|Infinity/);
    if (process.platform !== 'linux') return;
    expect(stdout).toContain('The quantum of the select server, with epoll');
    expect(readFileSync(join(folder, 'svg/quantum-turn-epoll.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  }, 120_000);

  it('compares with an earlier run, and fails on a loss', async () => {
    const file = join(folder, 'earlier.json');
    expect(await runWith(fake(10), '--json', file)).toMatchObject({ code: EXIT_OK, stderr: '' });
    const same = await runWith(fake(10), '--check', file);
    expect(same.stdout).toMatch(/\n\n0 of 1 rows have lost beyond the noise\n$/);
    expect(same.code).toBe(EXIT_OK);
    const worse = await runWith(fake(20), '--check', file);
    expect(worse.stdout).toMatch(/\nLOST fake: a thing \(A\): 10.0 then, 20.0 now, 100 % worse; noise 5 %\n$/);
    expect(worse.code).toBe(EXIT_FAILED);
  });

  it('does not compare a smoke run with a full one', async () => {
    const file = join(folder, 'full.json');
    await runWith(fake(10), '--json', file);
    const { code, stderr } = await runWith(fake(10), '--quick', '--check', file);
    expect([code, stderr]).toEqual([
      EXIT_USAGE,
      expect.stringMatching(/^error: cannot use --check: a smoke run and a full one measure different work\n$/),
    ]);
  });

  it('measures the rounds of each experiment, or those of --rounds', async () => {
    const roundsOf = async (...args: string[]): Promise<unknown> => {
      const file = join(folder, 'rounds.json');
      await runWith(fake(10), '--json', file, ...args);
      return (JSON.parse(readFileSync(file, 'utf8')) as Report[])[0]!.rounds;
    };
    expect(await roundsOf()).toBe(3);
    expect(await roundsOf('--rounds', '5')).toBe(5);
    expect(await roundsOf('--quick')).toBe(1);
  });

  it('writes the results of earlier benchmarks when a later one fails', async () => {
    const file = join(folder, 'part.json');
    const failing = { ...fake(10), broken: () => Promise.reject(new Error('no luck')) };
    const { code, stderr } = await runWith(failing, '--json', file);
    expect([code, stderr]).toEqual([EXIT_FAILED, 'error: no luck\n']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(1);
  });

  it('announces how long a run takes when that is long', async () => {
    const [name, make] = Object.entries(fake(10))[0]!;
    const slow: MakeBenchmark = async (workshop) => {
      const { experiments, versions } = await make(workshop);
      return { experiments: experiments.map((experiment) => ({ ...experiment, sampleSeconds: 60 })), versions };
    };
    expect(await runWith({ [name]: slow })).toMatchObject({ stderr: 'this takes about 3 min\n' });
    expect(await runWith({ [name]: slow }, '--rounds', '1')).toMatchObject({ stderr: 'this takes about 60 s\n' });
    expect(await runWith({ [name]: slow }, '--quick')).toMatchObject({ stderr: '' });
  });

  it('prints its help', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(EXIT_OK);
    expect(stdout).toMatch(/^Usage: pnpm bench \[options\] \[name\.\.\.\]\n/);
  });

  it.each([
    [['nonsense'], /^error: cannot use name: it must be one of .*sieve.*, got nonsense\n$/],
    [['--rounds', '0'], 'error: cannot use --rounds <n>: it must be a whole number from 1 to 1000, got 0\n'],
    [['--rounds', 'many'], 'error: cannot use --rounds <n>: it must be a whole number from 1 to 1000, got many\n'],
    [['--fast'], /^error: unknown option '--fast'/],
    [['--json', '/nonexistent/report.json'], /^error: cannot use --json <file>: it must be .* can be written \(ENOENT/],
    [['--svg', '/dev/null/plots'], /^error: cannot use --svg <dir>: it must be a folder that can be created \(ENOTDIR/],
    [['--check', '/nonexistent/report.json'], /^error: cannot use --check <file>: it must be the JSON .* \(ENOENT/],
    [
      ['--check', '/dev/null'],
      /^error: cannot use --check <file>: it must be the JSON of an earlier run \(.*, got \/dev\/null/,
    ],
    [['--against', '/nonexistent'], /^error: cannot use --against <dir>: it must be a checkout that was built \(with /],
  ])('says what is wrong with %j', async (args, text) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(EXIT_USAGE);
    expect(stderr).toMatch(text);
  });
});
