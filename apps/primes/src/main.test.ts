import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

it('the program answers on stdout and exits with 0', async () => {
  const program = start('1e6');
  const [stdout, stderr, exit] = await Promise.all([text(program.stdout), text(program.stderr), once(program, 'exit')]);
  expect([stdout, stderr, exit]).toEqual(['78498\n', '', [0, null]]);
}, 20_000);

it('the program exits with 2 when the usage is bad', async () => {
  const program = start('--nth', '0');
  const [stderr, exit] = await Promise.all([text(program.stderr), once(program, 'exit')]);
  expect(stderr).toMatch(/^error: .*\n$/);
  expect(exit).toEqual([2, null]);
}, 20_000);

it.each(['1', '2'])(
  'the program pipes into a reader that leaves, without an error, by %s threads',
  async (threads) => {
    const program = start('2^31-1', '--print', '--threads', threads);
    const complaints = text(program.stderr);
    const [first] = (await once(program.stdout, 'data')) as [Buffer];
    program.stdout.destroy();
    expect(await once(program, 'exit')).toEqual([0, null]);
    expect(first.toString()).toMatch(/^2\n3\n5\n7\n/);
    expect(await complaints).toBe('');
  },
  20_000,
);
