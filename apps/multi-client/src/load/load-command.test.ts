import { eventually, freePort, REFUSED, startPrimeServer, TextSink } from '@concurrent-primes/fixtures';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../cli.ts';
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from '@concurrent-primes/harness/terminal';
import { EXIT_THRESHOLD } from './load-command.ts';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  { port }: { readonly port: number },
  args: string,
  { isTTY = false, interrupt = new AbortController().signal } = {},
): Promise<Ran> {
  const [stdout, stderr] = [new TextSink(), new TextSink({ isTTY })];
  const code = await runCli([...args.split(' '), '-p', String(port)], { stdout, stderr, env: {}, interrupt });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'load-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe('the command under load', () => {
  it('measures, verifies, and writes its files', async () => {
    await using server = await startPrimeServer();
    const path = await folder();
    const [csv, hgrm] = [join(path, 'run.csv'), join(path, 'run.hgrm')];
    const args = `100 200 -t 3 --requests 60 --warmup 0 --csv ${csv} --hgrm ${hgrm} --fail-if p99>60s`;
    const { code, stdout, stderr } = await run(server, args);
    expect(stderr).toBe('');
    expect(code).toBe(EXIT_OK);
    expect(stdout).toMatch(/^requests {4}60 in /m);
    expect(stdout).toMatch(/^failed {6}0$/m);
    expect(stdout).toMatch(/^passed {6}fail if p99>60s: got /m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    await eventually(() => {
      expect(server.outcomes).toEqual({ served: 60 });
    });
    expect(await readFile(csv, 'utf8')).toMatch(/^seconds,.*\r\n/);
    expect(await readFile(hgrm, 'utf8')).toMatch(/Total count {4}= {11}60\]/);
  });

  it('writes a JSON document with environment, result and thresholds', async () => {
    await using server = await startPrimeServer();
    const { code, stdout } = await run(server, '100 200 --requests 5 --warmup 0 --json --fail-if errors>0');
    expect(code).toBe(EXIT_OK);
    // Those of a histogram stand in one line.
    expect(stdout).toMatch(/^ +"upToMs": \[[\d.,]+\],$/m);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      environment: { node: process.version, arch: process.arch },
      result: {
        version: 1,
        requests: 5,
        errors: {},
        plan: { verify: true },
        histograms: { done: { maxMs: expect.any(Number) as number } },
      },
      thresholds: [{ failIf: 'errors>0', measured: 0, failed: false }],
    });
  });

  it('exits with 3 when a threshold is crossed', async () => {
    await using server = await startPrimeServer();
    const { code, stdout } = await run(server, '100 200 --requests 5 --warmup 0 --fail-if rate>0');
    expect(code).toBe(EXIT_THRESHOLD);
    expect(stdout).toMatch(/^FAILED {6}fail if rate>0: got /m);
  });

  it('exits with 1 when an answer is wrong, whatever the thresholds say', async () => {
    await using server = await startPrimeServer({ answer: () => [101, 105] });
    const { code, stdout } = await run(server, '100 110 --requests 5 --warmup 0 --step 0 --fail-if p99>0ms');
    expect(code).toBe(EXIT_FAILED);
    expect(stdout).toMatch(/ 5 {2}wrong-count: /);
  });

  it('exits with 1 when nobody is served, and with one line when nobody listens', async () => {
    await using server = await startPrimeServer({ refuse: () => REFUSED.busy });
    const refused = await run(server, '100 110 --requests 2 --warmup 0 --no-verify');
    expect(refused.code).toBe(EXIT_FAILED);
    expect(refused.stdout).toMatch(/ 2 {2}refused-busy: /);
    const port = await freePort();
    expect(await run({ port }, '100 110 --duration 1 --no-verify')).toEqual({
      code: EXIT_FAILED,
      stdout: '',
      stderr: `error: cannot connect to 127.0.0.1:${port}: a server must listen there, got ECONNREFUSED\n`,
    });
  });

  it('exits with 1 and one line when a file can not be written', async () => {
    await using server = await startPrimeServer();
    const path = join(await folder(), 'missing', 'run.csv');
    const { code, stderr } = await run(server, `100 110 --requests 2 --warmup 0 --no-verify --csv ${path}`);
    expect(code).toBe(EXIT_FAILED);
    expect(stderr).toMatch(/^error: cannot write .*run\.csv: ENOENT: .*\n$/);
  });

  it('shows a live line on a terminal, and prints the partial report and exits with 130 when interrupted', async () => {
    await using server = await startPrimeServer();
    const interrupt = new AbortController();
    const stderr = new TextSink({ isTTY: true });
    const write = stderr._write.bind(stderr);
    stderr._write = (chunk: string, encoding, callback) => {
      if (chunk.includes('requests/s')) interrupt.abort(new Error('interrupted'));
      write(chunk, encoding, callback);
    };
    const stdout = new TextSink();
    const args = ['100', '200', '--duration', '60', '--warmup', '0', '-p', String(server.port)];
    expect(await runCli(args, { stdout, stderr, env: {}, interrupt: interrupt.signal })).toBe(EXIT_INTERRUPTED);
    expect(stdout.text).toMatch(/^requests {4}[1-9]\d* in .*, interrupted: /m);
    expect(stderr.text.split('\r\u001B[K')).toContainEqual(
      expect.stringMatching(/^\d+\.\d of 60 s, .* requests\/s, p99 .*, 0 failed$/),
    );
    expect(stderr.text.endsWith('\r\u001B[K')).toBe(true);
  });

  it('shows no line when stderr is piped', async () => {
    await using server = await startPrimeServer();
    expect((await run(server, '100 200 --duration 500ms --warmup 0')).stderr).toBe('');
  });

  it('exits with 1 when no rate holds the goal, and tells what the lowest measured', async () => {
    await using server = await startPrimeServer();
    const args = '100 200 --find-max p99<0ms --rate 1 --duration 100ms --warmup 0 --no-verify';
    const { code, stdout } = await run(server, args);
    expect(code).toBe(EXIT_FAILED);
    expect(stdout).toMatch(/^found {7}no rate holds p99<0ms\n {12}the lowest rate tried, 1\.00: got .*, 0 failed$/m);
  });

  it('searches the highest rate, and says what it knows when interrupted', async () => {
    await using server = await startPrimeServer();
    const args = '100 200 --find-max rate>=0 --rate 40 --duration 300ms --warmup 0 --no-verify';
    const interrupt = new AbortController();
    const stdout = new TextSink();
    const stderr = new TextSink({ isTTY: true });
    const write = stderr._write.bind(stderr);
    stderr._write = (chunk: string, encoding, callback) => {
      // The search itself is tested without a clock; two runs will do.
      if (/run 2: \S+ requests\/s (hold|do not hold)/.test(chunk)) interrupt.abort(new Error('interrupted'));
      write(chunk, encoding, callback);
    };
    const code = await runCli([...args.split(' '), '-p', String(server.port)], {
      stdout,
      stderr,
      env: {},
      interrupt: interrupt.signal,
    });
    expect(code).toBe(EXIT_INTERRUPTED);
    expect(stdout.text).toMatch(/^ {4}40\.0 +\S+ +\S+ µ?m?s +\S+ m?s {2}(yes|no )/m);
    // On a busy machine even 40 requests a second may not be reached.
    const held = [...stderr.text.matchAll(/run \d: (\S+) requests\/s hold/g)].at(-1)?.[1];
    const verdict =
      held === undefined
        ? 'interrupted before any rate held rate>=0'
        : `interrupted: ${held} requests/s hold rate>=0, and`;
    expect(stdout.text).toContain(`\nfound       ${verdict}`);
  });
});
