import { Option } from 'commander';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Console } from './console.ts';
import { wholeNumber } from './option-parsers.ts';
import { createProgram, OutsideError, runProgram, UsageError } from './program.ts';

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A stream that takes nothing. */
function broken(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(`${code}, write`), { code }));
    },
  });
}

async function run(
  work: (console: Console) => Promise<number>,
  { stdout = new Sink(), readerLeft = 0 }: { stdout?: Writable; readerLeft?: number } = {},
) {
  const stderr = new Sink();
  const code = await runProgram({ stdout, stderr, env: {}, interrupt: new AbortController().signal }, work, {
    readerLeft,
  });
  return { code, stdout: stdout instanceof Sink ? stdout.text : '', stderr: stderr.text };
}

/** A program with one option and one argument. */
function parse(...args: string[]) {
  return run(async (console) => {
    const program = createProgram('sample', console)
      .addOption(new Option('-p, --port <port>', 'a port').argParser(wholeNumber(0, 65_535)))
      .addOption(new Option('--as <format>', 'a format').choices(['text', 'json']))
      .argument('[n]', 'a number', wholeNumber(1, 9))
      .action(() => {
        console.stdout.write('done\n');
      });
    await program.parseAsync(args, { from: 'user' });
    return 0;
  });
}

describe('createProgram()', () => {
  it('refuses values in one dialect, with exit code 2', async () => {
    expect(await parse('-p', '70000')).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: 'error: cannot use -p, --port <port>: it must be a whole number from 0 to 65535, got 70000\n',
    });
    expect((await parse('--port', '')).stderr).toContain('from 0 to 65535, got nothing\n');
    expect((await parse('--as', 'xml')).stderr).toBe(
      'error: cannot use --as <format>: it must be one of text, json, got xml\n',
    );
    expect((await parse('0')).stderr).toBe('error: cannot use n: it must be a whole number from 1 to 9, got 0\n');
    expect(await parse('--nonsense')).toMatchObject({ code: 2, stderr: "error: unknown option '--nonsense'\n" });
  });

  it('shows its help in 80 columns, with exit code 0', async () => {
    const { code, stdout, stderr } = await parse('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: sample/);
  });
});

describe('runProgram()', () => {
  it('returns the exit code of the work', async () => {
    expect(await parse()).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
    expect(await run(() => Promise.resolve(3))).toMatchObject({ code: 3 });
  });

  it('prints one line for an error that is not its own, and a stack for a failure of the program', async () => {
    expect(await run(() => Promise.reject(new UsageError('cannot start: x must be y, got z')))).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: 'error: cannot start: x must be y, got z\n',
    });
    expect(await run(() => Promise.reject(new OutsideError('no memory is left')))).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'error: no memory is left\n',
    });
    const { code, stderr } = await run(() => Promise.reject(new TypeError('oops')));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the program failed: TypeError: oops\n {4}at /);
  });

  it('aborts the work when the reader of stdout leaves, without a word', async () => {
    const work = async ({ stdout, interrupt }: Console): Promise<number> => {
      stdout.write('text');
      await new Promise((resolve) => {
        interrupt.addEventListener('abort', resolve);
      });
      return 7;
    };
    expect(await run(work, { stdout: broken('EPIPE') })).toMatchObject({ code: 0, stderr: '' });
    expect(await run(work, { stdout: broken('EPIPE'), readerLeft: 1 })).toMatchObject({ code: 1 });
    expect(await run(work, { stdout: broken('ENOSPC') })).toMatchObject({
      code: 1,
      stderr: 'error: cannot write to stdout: ENOSPC, write\n',
    });
  });

  it('sees that the last write failed', async () => {
    const work = ({ stdout }: Console): Promise<number> => {
      stdout.write('text');
      return Promise.resolve(0);
    };
    expect(await run(work, { stdout: broken('ENOSPC') })).toMatchObject({ code: 1 });
  });
});
