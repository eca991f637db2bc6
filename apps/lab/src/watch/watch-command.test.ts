import { TextSink, eventually } from '@concurrent-primes/fixtures';
import { EXIT_OK, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { NEVER } from '../testing/check-server.ts';

/** The first bytes of each recording, in base64. */
const BEGIN = Buffer.from('CPWATCH').toString('base64').slice(0, 8);
const folder = mkdtempSync(join(tmpdir(), 'lab-watch-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A run that is interrupted by `end`, as by Ctrl-C. */
function start(...args: string[]) {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const interrupt = new AbortController();
  const code = runCli(args, { stdout, stderr, env: {}, interrupt: interrupt.signal });
  return {
    /** The address of the page. */
    url: () =>
      eventually(() => {
        const [, url] = /^watch it at (\S+)\n$/.exec(stdout.text) ?? [];
        expect(url, stderr.text).toBeDefined();
        return url!;
      }),
    end: async () => {
      interrupt.abort();
      return { code: await code, stderr: stderr.text };
    },
  };
}

async function run(...args: string[]) {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const code = await runCli(args, { stdout, stderr, env: {}, interrupt: NEVER });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('lab watch', () => {
  it.each([
    ['ten clients of a select server', []],
    ['a pool with clients that hold its threads', ['-s', 'pool:2', '-t', '3', '--with', 'silent,silent']],
    ['two servers', ['-s', 'epoll,net', '-t', '2', '--per-second', '0']],
    ['a scenario at full speed', ['lecture', '-s', 'epoll']],
  ])('shows %s, and ends cleanly', async (_, args) => {
    const watching = start('watch', ...args);
    const page = await fetch(await watching.url());
    expect(await page.text()).toContain('<title>Concurrent Primes');
    expect(await watching.end()).toEqual({ code: EXIT_OK, stderr: '' });
  });

  it.each([
    [['nonsense'], 'cannot watch the scenario: must be lecture or '],
    [['-s', 'select,poll,epoll'], 'cannot watch more than 2 servers at once, got 3'],
    [['-s', 'fork'], 'got "fork"'],
    [['--with', 'nobody'], 'must be some of connect-only, '],
    [['--record', join(folder, 'missing', 'x')], 'cannot record to '],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await run('watch', ...args);
    expect({ code, stdout }).toEqual({ code: EXIT_USAGE, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('lab replay', () => {
  const recording = join(folder, 'lecture.cpr');

  it('opens what lab watch has recorded', async () => {
    const watching = start('watch', '-t', '2', '--per-second', '100', '--record', recording);
    await watching.url();
    await eventually(() => {
      expect(readFileSync(recording).length).toBeGreaterThan(1000);
    });
    expect(await watching.end()).toEqual({ code: EXIT_OK, stderr: '' });
    const replay = start('replay', recording);
    const page = await (await fetch(await replay.url())).text();
    expect(page).toContain(`id="recording">${BEGIN}`);
    expect(await replay.end()).toEqual({ code: EXIT_OK, stderr: '' });
  });

  it('writes a page that opens from disk', async () => {
    const html = join(folder, 'lecture.html');
    expect(await run('replay', recording, '--html', html)).toEqual({ code: EXIT_OK, stdout: '', stderr: '' });
    expect(readFileSync(html, 'utf8')).toContain(`id="recording">${BEGIN}`);
  });

  it('shows what is whole of a damaged recording, and says so', async () => {
    const bytes = readFileSync(recording);
    const damaged = join(folder, 'damaged.cpr');
    // The length of the second frame becomes absurd.
    const second = 16 + bytes.readUInt32LE(12);
    bytes.writeUInt32LE(2 ** 31, second + 4);
    writeFileSync(damaged, bytes);
    const html = join(folder, 'damaged.html');
    const { code, stderr } = await run('replay', damaged, '--html', html);
    expect({ code, stderr }).toEqual({ code: EXIT_OK, stderr: `${damaged} is damaged: what comes before is shown\n` });
  });

  it.each([
    ['a file that is missing', 'nothing.cpr', undefined, 'ENOENT'],
    ['another file', 'other.cpr', 'once upon a time', 'it must begin with CPWATCH1'],
    ['an empty file', 'empty.cpr', '', 'a recording must begin with CPWATCH1'],
  ])('refuses %s', async (_, name, content, message) => {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content);
    const html = join(folder, 'refused.html');
    const { code, stderr } = await run('replay', path, '--html', html);
    expect(code).toBe(EXIT_USAGE);
    expect(stderr).toContain(message);
    expect(existsSync(html)).toBe(false);
  });
});
