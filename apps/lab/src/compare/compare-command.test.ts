import { TextSink } from '@concurrent-primes/fixtures';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_INTERRUPTED, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { createProgram } from '@concurrent-primes/harness/terminal';
import { ARCHITECTURES, SERVER_PROGRAM } from '@concurrent-primes/server/architectures';
import { MADE_UP } from '../testing/made-up-architecture.ts';
import { addCompareCommand } from './compare-command.ts';
import { parseScenario } from './scenario.ts';
import { madeUp, madeUpScenario, threeRounds } from '../testing/made-up-comparison.ts';

/** The least that is still measured: a round each. */
const QUICK = ['--rounds', '1', '--seconds', '0.3', '--warmup', '0'];

/** A user's scenario, in its shortest form. */
const MINE = {
  name: 'mine',
  title: 'Mine',
  groups: [{ name: 'all', clients: 3, intervals: { kind: 'fixed', interval: [1, 9] } }],
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'concurrent-primes-lab-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function compare(args: readonly string[], options: { isTTY?: boolean; interrupt?: AbortSignal } = {}) {
  const [stdout, stderr] = [new TextSink(), new TextSink({ isTTY: options.isTTY ?? false })];
  const interrupt = options.interrupt ?? new AbortController().signal;
  const code = await runCli(['compare', ...args], { stdout, stderr, env: {}, interrupt });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

function write(name: string, json: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(json));
  return path;
}

describe('lab compare', () => {
  it('lists the scenarios, and shows one as the file that it reads', async () => {
    const { code, stdout } = await compare(['--list']);
    expect(code).toBe(EXIT_OK);
    expect(stdout).toMatch(/^lecture +Ten clients at once, as in the lecture\nreconnect /);
    const shown = await compare(['crowd', '--show']);
    expect(parseScenario(JSON.parse(shown.stdout)).name).toBe('crowd');
  });

  it('prints its help in 80 columns', async () => {
    const { code, stdout } = await compare(['--help']);
    expect(code).toBe(EXIT_OK);
    expect(stdout).toContain('Exit code:');
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('lists the servers of the registry in its help, and takes them', async () => {
    const [stdout, stderr] = [new TextSink(), new TextSink()];
    const console = { stdout, stderr, env: {}, interrupt: new AbortController().signal, finish: () => undefined };
    const program = createProgram('lab', console);
    addCompareCommand(program, console, { ...ARCHITECTURES, rings: MADE_UP });
    await expect(program.parseAsync(['compare', '--help'], { from: 'user' })).rejects.toThrow('(outputHelp)');
    expect(stdout.text).toMatch(/\n {2}epoll +one thread for all clients; epoll.*\n {2}ring:N +4 rings\n/s);
    const args = ['compare', 'lecture', '--servers', 'ring:3,spoke'];
    await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow(
      'one of select, poll, epoll, loops:N, pool:N',
    );
    await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow('ring:N, got "spoke"');
  });

  it.each<[string, readonly string[], string]>([
    ['nothing is named', [], 'error: cannot compare: give a scenario or two results, got 0 names (see --list)'],
    [
      'there is no such scenario',
      ['lectern'],
      'error: cannot find the scenario: it must be a JSON file or one of lecture, reconnect,',
    ],
    [
      'a server is unknown',
      ['lecture', '--servers', 'fork'],
      'error: cannot use the server: it must be one of select,',
    ],
    ['a server comes twice', ['lecture', '--servers', 'net,net'], 'got net twice'],
    [
      'no server is left',
      ['lecture', '--servers', 'none'],
      'error: cannot compare: there must be at least one server, got none',
    ],
    [
      'a command does not contain the port',
      ['lecture', '--command', 'server.py'],
      'error: cannot use the command: it must contain {port}, got "server.py"',
    ],
    [
      'a number is none',
      ['lecture', '--rounds', '1.5'],
      'error: cannot use --rounds <N>: it must be a whole number from 1 to 100, got 1.5',
    ],
    ['there is no such file', ['nowhere.json'], 'ENOENT'],
    [
      'two scenarios are named',
      ['lecture', 'churn'],
      'error: cannot compare two files: both must be results, got a scenario',
    ],
    ['a server cannot start', ['lecture', '--servers', 'pool:2+threads=no', ...QUICK], 'must be a whole number'],
  ])('exits with 2 and says why when %s', async (_, args, message) => {
    const { code, stdout, stderr } = await compare(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(EXIT_USAGE);
  });

  it('measures, writes the report and its data, and ends with its path', async () => {
    const path = join(folder, 'deep', 'report.html');
    const command = `mine=${process.execPath} ${SERVER_PROGRAM} net --port {port}`;
    const args = ['lecture', '--servers', 'epoll', '--command', command, ...QUICK, '-o', path];
    const { code, stdout, stderr } = await compare(args, { isTTY: true });
    expect(code).toBe(EXIT_OK);
    expect(stdout.split('\n').slice(-2)).toEqual([`report: ${path}`, '']);
    expect(stderr).toMatch(/^this takes about 3 s: 2 turns of 0 s warm-up and 0\.3 s\n/);
    expect(stderr).toContain('[1/2] round 1 of 1, ');
    expect(stderr.endsWith('\r\u001B[K')).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain('Ten clients at once');
    const data = JSON.parse(readFileSync(path.replace('.html', '.json'), 'utf8')) as Record<string, unknown>;
    expect(data).toMatchObject({
      format: 'concurrent-primes/comparison',
      version: 1,
      seed: 1,
      servers: [{ spec: { name: 'epoll' } }, { spec: { name: 'mine' } }],
      environment: { lab: '0.1.0' },
    });
    // The same data give the same report again.
    const again = await compare([path.replace('.html', '.json'), '-o', join(folder, 'again.html')]);
    expect(again.stdout.replace('again.html', 'deep/report.html')).toBe(stdout);
    expect(again.stderr).toBe('');
  });

  it("measures a user's scenario with both dialect options", async () => {
    const mine = write('mine.json', MINE);
    const output = join(folder, 'measured.html');
    const { code, stdout } = await compare([mine, '-s', 'epoll,net', '--greeting', '--no-sum', ...QUICK, '-o', output]);
    expect(code).toBe(EXIT_OK);
    expect(stdout).toContain('mine: Mine');
    const { servers } = JSON.parse(readFileSync(join(folder, 'measured.json'), 'utf8')) as {
      servers: { rounds: { groups: { load: { requests: number; errors: object } }[] }[] }[];
    };
    for (const { rounds } of servers) {
      const { requests, errors } = rounds[0]!.groups[0]!.load;
      expect(requests).toBeGreaterThan(0);
      expect(errors).toEqual({});
    }
  });

  it('exits with 1 when a server sends wrong answers', async () => {
    const wrong = madeUp({ epoll: { loads: threeRounds({ errors: { 'wrong-primes': 1 } }) } });
    const { code, stdout } = await compare([write('wrong.json', wrong), '-o', join(folder, 'wrong.html')]);
    expect(code).toBe(EXIT_FAILED);
    expect(stdout).toContain('epoll sends wrong answers.');
  });

  it('compares two results, and refuses those of other scenarios or versions', async () => {
    const before = write('before.json', madeUp({ epoll: { loads: threeRounds({ rate: 1000 }) } }));
    const after = write('after.json', madeUp({ epoll: { loads: threeRounds({ rate: 2000 }) } }));
    const output = join(folder, 'two.html');
    const { code, stdout } = await compare([before, after, '-o', output]);
    expect(code).toBe(EXIT_OK);
    expect(stdout).toContain('1.  epoll got better.');
    const other = madeUpScenario({
      groups: [{ name: 'others', clients: 1, intervals: { kind: 'fixed', interval: [1, 2] } }],
    });
    const strange = write('strange.json', madeUp({ epoll: { loads: threeRounds({}) } }, other));
    expect(await compare([before, strange])).toMatchObject({
      code: EXIT_USAGE,
      stderr: expect.stringContaining('cannot compare the results: both must have the same clients') as string,
    });
    const others = write('others.json', madeUp({ net: { loads: threeRounds({}) } }));
    expect((await compare([before, others])).stderr).toContain('they must have a server in common, got epoll and net');
    const future = write('future.json', { format: 'concurrent-primes/comparison', version: 2 });
    expect((await compare([future])).stderr).toContain('cannot read the result: its version must be 1, got 2');
  });

  it('does not write its data over what it reads, but makes a report again', async () => {
    const mine = write('precious.json', MINE);
    const before = write('monday.json', madeUp({ epoll: { loads: threeRounds({}) } }));
    const after = write('friday.json', madeUp({ epoll: { loads: threeRounds({}) } }));
    for (const read of [[mine], [before, after]]) {
      const { code, stderr } = await compare([...read, '-o', read.at(-1)!.replace('.json', '.html')]);
      expect(stderr).toContain(`error: cannot write the report: its data must not overwrite ${read.at(-1)!}`);
      expect(code).toBe(EXIT_USAGE);
    }
    expect((await compare([before, '-o', before.replace('.json', '.html')])).code).toBe(EXIT_OK);
  });

  it('exits with 130 when it is interrupted, and reports the complete turns', async () => {
    const early = new AbortController();
    early.abort(new Error('interrupted'));
    expect(await compare(['lecture', ...QUICK], { interrupt: early.signal })).toMatchObject({
      code: EXIT_INTERRUPTED,
      stdout: '',
      stderr: 'error: cannot write the report: at least one turn must be complete, interrupted before\n',
    });
    const late = new AbortController();
    const [stdout, stderr] = [new TextSink(), new TextSink({ isTTY: true })];
    const write = stderr._write.bind(stderr);
    stderr._write = (chunk: string, encoding, done) => {
      if (chunk.includes('[2/')) late.abort(new Error('interrupted'));
      write(chunk, encoding, done);
    };
    const args = ['compare', 'lecture', '-s', 'epoll,net', ...QUICK, '-o', join(folder, 'partial.html')];
    expect(await runCli(args, { stdout, stderr, env: {}, interrupt: late.signal })).toBe(EXIT_INTERRUPTED);
    expect(stdout.text).toMatch(
      /Is it complete\? No: it was interrupted, and 1 server had fewer rounds than\s+planned/,
    );
  });
});
