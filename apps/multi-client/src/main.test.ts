import { startPrimeServer } from '@concurrent-primes/fixtures';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function start(port: number, ...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [MAIN, ...args, '-p', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] });
}

it('the program pipes into a reader that leaves, without an error', async () => {
  await using server = await startPrimeServer();
  const program = start(server.port, '0', '3000000', '--print');
  const complaints = text(program.stderr);
  const [first] = (await once(program.stdout, 'data')) as [Buffer];
  program.stdout.destroy();
  expect(await once(program, 'exit')).toEqual([0, null]);
  expect(first.toString()).toMatch(/^2\n3\n5\n7\n/);
  expect(await complaints).toBe('');
}, 20_000);

it('the program prints what is done and exits with 130 on SIGINT', async () => {
  const asked = Promise.withResolvers<undefined>();
  await using server = await startPrimeServer({
    gate: () => {
      asked.resolve(undefined);
      return Promise.race([]);
    },
  });
  const program = start(server.port, '0', '10');
  const results = text(program.stdout);
  await asked.promise;
  program.kill('SIGINT');
  expect(await once(program, 'exit')).toEqual([130, null]);
  expect(await results).toContain('[0, 10]  interrupted');
}, 20_000);
