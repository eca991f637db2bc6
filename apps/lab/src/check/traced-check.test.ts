/** `lab check --trace`: a failure with the system calls of the server. */
import { TextSink } from '@concurrent-primes/fixtures';
import { EXIT_FAILED, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { NEVER } from '../testing/check-server.ts';
import { NO_TRACED_PYTHON } from '../testing/watched-command.ts';

const SERVER = fileURLToPath(new URL('../testing/one_request_server.py', import.meta.url));
const NODE_SERVER = fileURLToPath(new URL('../testing/node-server.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lab-traced-check-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function check(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const code = await runCli(['check', ...args], { stdout, stderr, env: {}, interrupt: NEVER });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

it('shows which calls the server made for the client of a failure', async (test) => {
  if (NO_TRACED_PYTHON !== undefined) test.skip(NO_TRACED_PYTHON);
  const file = join(folder, 'check.html');
  const command = `exec python3 ${SERVER} {port}`;
  const report = ['--format', 'html', '--output', file];
  const { code, stdout } = await check('--command', command, '--only', 'next-request', '--trace', ...report);
  expect(code).toBe(EXIT_FAILED);
  expect(stdout).toMatch(/^ +calls +a.*c$/m);
  expect(stdout).toMatch(
    /the server's system calls:\n.* accept4\(3\) = \d+\n.* recvfrom\(\d+, 8\) = 8\n.* sendto\(\d+, (\d+)\) = \1\n.* close\(\d+\) = 0\n/s,
  );
  const html = readFileSync(file, 'utf8');
  expect(html).toContain('The server’s system calls for this client');
  expect(html).toMatch(/<code>recvfrom\(\d+, 8\) = 8<\/code>/);
});

it('needs a server that it starts', async () => {
  const { code, stderr } = await check('127.0.0.1:1', '--trace');
  expect(code).toBe(EXIT_USAGE);
  expect(stderr).toContain('--trace needs a server that --command starts');
});

it('goes on without strace, and says so', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync('/bin/sh', join(bin, 'sh'));
  vi.stubEnv('PATH', bin);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const command = `exec ${process.execPath} ${NODE_SERVER} {port}`;
  const { stdout, stderr } = await check('--command', command, '--only', 'answer', '--trace');
  expect(stderr).toMatch(/strace.* Without it, the report has no system calls\.\n/);
  expect(stdout).toContain('1 passed');
});
