/**
 * The session module of `packages/session/README.md` and the programs of the servers' READMEs, as a reader would copy
 * them: into one folder, with the packages installed.
 */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Peer } from '@concurrent-primes/fixtures';
import { ServerProcess } from '@concurrent-primes/harness';
import { expect, it } from 'vitest';

const PACKAGES = fileURLToPath(new URL('../../../packages', import.meta.url));
const INSTALLED = fileURLToPath(new URL('../node_modules', import.meta.url));

/** The only code block of a language in a package's README. */
async function codeOf(packageName: string, language: string): Promise<string> {
  const readme = await readFile(join(PACKAGES, packageName, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === language);
  expect(blocks).toHaveLength(1);
  return blocks[0]![2]!;
}

/** A folder with the session module and one program. */
async function writeExample(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'session-example-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'shout-session.ts'), await codeOf('session', 'ts'));
  await writeFile(join(folder, 'main.js'), program);
  await symlink(INSTALLED, join(folder, 'node_modules'));
  return folder;
}

it.for(['session', 'server-select', 'server-pool', 'server-net'])(
  'the example of the README of %s serves, drains and counts',
  async (packageName) => {
    const folder = await writeExample(await codeOf(packageName, 'js'));
    try {
      await using server = await ServerProcess.start([process.execPath, join(folder, 'main.js')]);
      {
        await using leaver = await Peer.connect(server.port);
        await leaver.send(Buffer.from('hello\nworld\n'));
        expect(Buffer.from(await leaver.readBytes(12)).toString()).toBe('HELLO\nWORLD\n');
        await leaver.end();
        expect(await leaver.readEnd()).toEqual({ how: 'end', discarded: 0 });
      }
      await using idler = await Peer.connect(server.port);
      await idler.send(Buffer.from('again\n'));
      expect(Buffer.from(await idler.readBytes(6)).toString()).toBe('AGAIN\n');

      server.signal('SIGINT');
      expect(Buffer.from(await idler.readBytes(14)).toString()).toBe('shutting-down\n');
      await idler.end();
      await server.exited;
      const tally = server.stdout.trim().split('\n').at(-1)!;
      expect(JSON.parse(tally)).toMatchObject({
        connections: 2,
        'connections-closed': 2,
        answered: 3,
        lost: 0,
        'shutting-down': 1,
      });
      expect(server.ending).toBe('exit code 0');
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
