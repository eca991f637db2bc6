import { TextSink } from '@concurrent-primes/fixtures';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCli } from './lab-cli.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from '@concurrent-primes/harness/terminal';
import { NEVER } from './testing/check-server.ts';
import { startSimpleServer } from './testing/simple-server.ts';

async function run(args: readonly string[], stdout: Writable = new TextSink()) {
  const stderr = new TextSink();
  const code = await runCli(args, { stdout, stderr, env: {}, interrupt: NEVER });
  return { code, stdout: stdout instanceof TextSink ? stdout.text : '', stderr: stderr.text };
}

/** A stream that takes nothing. */
function broken(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(`${code}, write`), { code }));
    },
  });
}

describe('runCli()', () => {
  it('shows its help', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect({ code, stderr }).toEqual({ code: EXIT_OK, stderr: '' });
    expect(stdout).toMatch(/compare.*\n.*check/s);
  });

  it('exits with 2 when the usage is bad', async () => {
    expect(await run(['nonsense'])).toMatchObject({ code: EXIT_USAGE, stdout: '' });
    expect(await run(['check', '--nonsense'])).toMatchObject({ code: EXIT_USAGE, stdout: '' });
  });

  it('stops when the reader of stdout leaves, without a word', async () => {
    await using server = await startSimpleServer();
    const { code, stderr } = await run(['check', `127.0.0.1:${server.port}`], broken('EPIPE'));
    expect({ code, stderr }).toEqual({ code: EXIT_FAILED, stderr: '' });
  });

  it('stops when stdout can not be written, and says so in one line', async () => {
    await using server = await startSimpleServer();
    const { code, stderr } = await run(['check', `127.0.0.1:${server.port}`], broken('ENOSPC'));
    expect({ code, stderr }).toEqual({
      code: EXIT_FAILED,
      stderr: 'error: cannot write to stdout: ENOSPC, write\n',
    });
  });
});
