import { TextSink } from '@concurrent-primes/fixtures';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { parseXml } from '@rgrove/parse-xml';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_INTERRUPTED, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { NEVER } from '../testing/check-server.ts';
import { WRONG_ANSWERS } from '../testing/broken-servers.ts';
import { rightAnswer, startSimpleServer } from '../testing/simple-server.ts';

const BROKEN_SERVER = fileURLToPath(new URL('../testing/broken-server.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lab-check-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(args: readonly string[], { isTTY = false, env = {}, interrupt = NEVER } = {}) {
  const [stdout, stderr] = [new TextSink({ isTTY }), new TextSink()];
  const code = await runCli(['check', ...args], { stdout, stderr, env, interrupt });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

function broken(mistake: string): string {
  return `exec '${process.execPath}' '${BROKEN_SERVER}' {port} '${mistake}'`;
}

describe('lab check', () => {
  it('checks a server at an address', async () => {
    await using server = await startSimpleServer();
    const { code, stdout, stderr } = await run([`127.0.0.1:${server.port}`, '--only', 'answer', '--only', 'end']);
    expect({ code, stderr }).toEqual({ code: EXIT_OK, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(
        `^Checking 127\\.0\\.0\\.1:${server.port} \\(seed 1\\)\n\n` +
          '  ✓ answer {24}answers \\[100, 120\\]: N, then the primes\n' +
          '  ✓ end {27}closes the connection when the client has left\n' +
          '\n2 passed, 0 failed, 0 skipped, in [\\d.]+ s\n$',
      ),
    );
  });

  it('starts a server, again after each failure, and shows how it died', async () => {
    const only = ['--only', 'answer', '--only', 'zoo-leaves-in-mid-*'];
    const { code, stdout } = await run(['--command', broken('ends with its first reset client'), ...only]);
    expect(code).toBe(EXIT_FAILED);
    expect(stdout).toContain('✗ zoo-leaves-in-mid-request');
    expect(stdout).toContain('✗ zoo-leaves-in-mid-sum');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Now the server is dead: its process has ended: exit code 1.');
    expect(stdout).toContain('the server printed:');
    expect(stdout).toContain('Error: read ECONNRESET');
  });

  it.each(['text', 'html', 'json', 'tap', 'junit', 'gradescope'])(
    'writes %s to a file, and text to stdout',
    async (format) => {
      await using server = await startSimpleServer({ answer: WRONG_ANSWERS['swaps bytes'] });
      const file = join(folder, `report.${format}`);
      const address = `127.0.0.1:${server.port}`;
      const { code, stdout } = await run([address, '--only', 'answer', '--format', format, '--output', file]);
      expect(code).toBe(EXIT_FAILED);
      expect(stdout).toContain('✗ answer');
      expect(readFileSync(file, 'utf8')).toContain('0x05000000 came');
    },
  );

  it.each([
    { format: 'json', parse: JSON.parse },
    { format: 'junit', parse: parseXml },
    { format: 'gradescope', parse: JSON.parse },
  ])('writes nothing but $format to stdout without a file', async ({ format, parse }) => {
    await using server = await startSimpleServer();
    const { stdout } = await run([`127.0.0.1:${server.port}`, '--only', 'answer', '--format', format]);
    expect(() => parse(stdout) as unknown).not.toThrow();
  });

  it('shows on a terminal what it does, in colour unless that is not wanted', async () => {
    await using server = await startSimpleServer();
    const args = [`127.0.0.1:${server.port}`, '--only', 'answer'];
    const { stdout } = await run(args, { isTTY: true });
    expect(stdout).toContain('\r\u001B[K  … answer (1 of 1)\r\u001B[K  \u001B[32m✓\u001B[39m answer');
    const plain = await run(args, { isTTY: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001B[32m');
    const dumb = await run(args, { isTTY: true, env: { TERM: 'dumb' } });
    expect(dumb.stdout).toBe(stripVTControlCharacters(dumb.stdout));
  });

  it('asks the same for the same seed', async () => {
    const intervals: string[] = [];
    const answer = (a: number, b: number): Buffer => {
      intervals.push(`${a} ${b}`);
      return rightAnswer(a, b);
    };
    await using server = await startSimpleServer({ answer });
    const ask = async (seed: number): Promise<string[]> => {
      intervals.length = 0;
      await run([`127.0.0.1:${server.port}`, '--only', 'next-request', '--seed', String(seed)]);
      return [...intervals];
    };
    const first = await ask(5);
    expect(await ask(5)).toEqual(first);
    expect(await ask(6)).not.toEqual(first);
  });

  it('lists the checks', async () => {
    const { code, stdout } = await run(['--list', '--only', 'stream']);
    expect(code).toBe(EXIT_OK);
    expect(stdout).toMatch(/^request-split +takes a request cut in two, at every byte\n/);
    expect(stdout).not.toContain('zoo');
  });

  it.each<[string, string[], string]>([
    ['no server is named', [], 'needs either HOST:PORT or --command'],
    ['two are named', ['127.0.0.1:1', '--command', 'x {port}'], 'needs either HOST:PORT or --command'],
    [
      'the address has no port',
      ['127.0.0.1'],
      'error: cannot use HOST:PORT: it must be HOST:PORT, such as 127.0.0.1:65432',
    ],
    ['the command has no place for the port', ['--command', 'true'], '--command must say with {port}'],
    ['a check has no such name', ['127.0.0.1:1', '--only', 'nonsense'], "got 'nonsense'"],
    [
      'the format is unknown',
      ['127.0.0.1:1', '--format', 'xml'],
      'it must be one of text, html, json, tap, junit, gradescope',
    ],
    [
      'a number is none',
      ['127.0.0.1:1', '--timeout', '0'],
      'error: cannot use --timeout <SECONDS>: it must be a number of seconds, more than 0 and at most 3600',
    ],
    [
      'a number is too large',
      ['127.0.0.1:1', '--clients', '1001'],
      'error: cannot use --clients <N>: it must be a whole number from 2 to 1000',
    ],
  ])('exits with 2 when %s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: EXIT_USAGE, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('exits with 2 when there is no server', async () => {
    const server = await startSimpleServer();
    await server[Symbol.asyncDispose]();
    const nobody = await run([`127.0.0.1:${server.port}`]);
    expect(nobody.code).toBe(EXIT_USAGE);
    expect(nobody.stderr).toBe(
      `error: cannot connect to 127.0.0.1:${server.port}: a server must listen there, got ECONNREFUSED\n`,
    );
    const ended = await run(['--command', 'exit 3 # {port}']);
    expect(ended.code).toBe(EXIT_USAGE);
    expect(ended.stderr).toMatch(/^error: cannot start the server: .* it ended with exit code 3/);
  });

  it('waits no longer than it is told for a server that never listens, and names the option', async () => {
    const never = await run(['--command', 'sleep 60 # {port}', '--start-timeout', '0.2']);
    expect(never.code).toBe(EXIT_USAGE);
    expect(never.stderr).toMatch(
      /^error: cannot start the server: .* it did not within 0\.2 s \(see --start-timeout\)\. /,
    );
  });

  it('ends at once when it is interrupted while it waits for a server', async () => {
    const interrupt = new AbortController();
    setTimeout(() => {
      interrupt.abort(new Error('interrupted'));
    }, 50);
    const args = ['--command', 'sleep 60 # {port}', '--start-timeout', '60'];
    expect(await run(args, { interrupt: interrupt.signal })).toEqual({
      code: EXIT_INTERRUPTED,
      stdout: '',
      stderr: '',
    });
  });

  it('exits with 2 before it starts when the report can not be written', async () => {
    const { code, stderr } = await run(['127.0.0.1:1', '--output', join(folder, 'missing', 'report')]);
    expect(code).toBe(EXIT_USAGE);
    expect(stderr).toMatch(/^error: cannot write the report: ENOENT: /);
  });

  it('reports what is done and exits with 130 when interrupted', async () => {
    const interrupt = new AbortController();
    let answers = 0;
    const answer = (a: number, b: number): Buffer => {
      if (answers++ === 1) interrupt.abort(new Error('interrupted'));
      return answers > 1 ? Buffer.alloc(0) : rightAnswer(a, b);
    };
    await using server = await startSimpleServer({ answer });
    const { code, stdout } = await run([`127.0.0.1:${server.port}`], { interrupt: interrupt.signal });
    expect(code).toBe(EXIT_INTERRUPTED);
    expect(stdout).toMatch(/✓ answer .*\n\nInterrupted: 1 passed, 0 failed, 0 skipped/);
  });

  it('shows its help', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(EXIT_OK);
    expect(stdout).toContain('--command <COMMAND>');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
