import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, within } from '@concurrent-primes/fixtures';
import { afterAll, expect, it } from 'vitest';
import { EXIT_INTERRUPTED } from '@concurrent-primes/harness/terminal';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const DEADLINE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'lab-main-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.for(['SIGINT', 'SIGTERM'] as const)(
  'main ends its server and reports what is done when it gets %s',
  { timeout: 2 * DEADLINE_MS },
  async (signal) => {
    const file = join(folder, signal);
    // It tells its process id with its first client, and never answers, so there is time.
    const tell = `require('fs').writeFileSync('${file}', process.pid + '.')`;
    const server = `exec '${process.execPath}' -e "require('net').createServer(() => ${tell}).listen({port}, '127.0.0.1')"`;
    const args = [MAIN, 'check', '--timeout', '100', '--command', server];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
      const closed = once(child, 'close');
      const pid = await eventually(() => Number(/^(\d+)\.$/.exec(readFileSync(file, 'utf8'))![1]), {
        deadlineMs: DEADLINE_MS,
      });
      child.kill(signal);
      expect(await within(closed, DEADLINE_MS, 'the program to end')).toEqual([EXIT_INTERRUPTED, null]);
      expect(stdout).toContain('Interrupted: 0 passed, 0 failed, 0 skipped');
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    } finally {
      child.kill('SIGTERM');
    }
  },
);
