import { eventually, within } from '@concurrent-primes/fixtures';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'bench-main-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A compiler that has written an unfinished program, and runs until its parent ends. */
const COMPILER = `#!/bin/sh
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then echo unfinished > "$2"; fi
  shift
done
while kill -0 $PPID 2> /dev/null; do sleep 0.05; done
`;

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'main removes the folder of peers when %s ends it',
  async (signal) => {
    const [temporary, compiler] = [mkdtempSync(join(folder, 'tmp-')), join(folder, `compiler-${signal}`)];
    writeFileSync(compiler, COMPILER, { mode: 0o755 });
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'client', '--quick'], {
      env: { ...process.env, TMPDIR: temporary, CXX: compiler },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    try {
      const built = (): string[] => readdirSync(temporary, { recursive: true, encoding: 'utf8' });
      await eventually(
        () => {
          expect(built()).toContainEqual(expect.stringMatching(/^concurrent-primes-bench-\w+\/load$/));
        },
        { deadlineMs: 60_000 },
      );
      child.kill(signal);
      expect(await within(exited, 10_000, `the end after ${signal}`)).toEqual([128 + constants.signals[signal], null]);
      expect(built()).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  },
  30_000,
);
