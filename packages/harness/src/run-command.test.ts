import { describe, expect, it } from 'vitest';
import { runCommand, runOrThrow, type RunResult } from './run-command.ts';

const node = (code: string, timeoutMs = 20_000): Promise<RunResult> =>
  runCommand([process.execPath, '-e', code], { timeoutMs });

describe('runCommand()', () => {
  it('collects output and exit code', async () => {
    const result = await node(`console.log('out'); console.error('err'); process.exitCode = 3;`);
    expect(result).toMatchObject({ code: 3, signal: undefined, timedOut: false, stdout: 'out\n', stderr: 'err\n' });
    expect(result.output).toContain('err\n');
  });

  it('passes output on as it comes', async () => {
    const pieces: string[] = [];
    await runCommand([process.execPath, '-e', `console.log('out')`], {
      timeoutMs: 20_000,
      onOutput: (text) => pieces.push(text),
    });
    expect(pieces.join('')).toBe('out\n');
  });

  it('passes input on, also to a program that reads none', async () => {
    const code = `process.stdin.on('data', (text) => console.log(String(text)))`;
    const options = { input: 'abc', timeoutMs: 20_000 };
    expect(await runCommand([process.execPath, '-e', code], options)).toMatchObject({ stdout: 'abc\n' });
    expect(await runCommand(['true'], { ...options, input: 'x'.repeat(1e6) })).toMatchObject({ code: 0 });
  });

  it('kills a command that runs out of time, and what the command started', async () => {
    // The grandchild holds the pipe open: without killing the group, the output would never end.
    const code = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' })`;
    expect(await node(code, 300)).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
  });

  it('throws when the program does not exist', async () => {
    await expect(runCommand(['./none'], { timeoutMs: 1000 })).rejects.toThrow('ENOENT');
  });
});

describe('runOrThrow()', () => {
  it('throws with command, exit code and output when the command fails', async () => {
    const failing = runOrThrow([process.execPath, '-e', `console.log('why'); process.exit(2)`], { timeoutMs: 20_000 });
    await expect(failing).rejects.toThrow(/^cannot run .*: it must exit with 0, it ended with exit code 2\nwhy$/s);
  });
});
