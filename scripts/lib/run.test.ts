import { describe, expect, it } from 'vitest';
import { ended, killGroup, run, runOrThrow, spawnGroup } from './run.ts';

const node = (code: string, timeoutMs = 20_000): ReturnType<typeof run> =>
  run(process.execPath, ['-e', code], { timeoutMs });

describe('run()', () => {
  it('collects output and exit code', async () => {
    const result = await node(`console.log('out'); console.error('err'); process.exitCode = 3;`);
    expect(result).toMatchObject({ code: 3, signal: null, timedOut: false, stdout: 'out\n' });
    expect(result.output).toContain('err\n');
  });

  it('passes output on as it comes', async () => {
    const pieces: string[] = [];
    await run(process.execPath, ['-e', `console.log('out')`], {
      timeoutMs: 20_000,
      onOutput: (text) => pieces.push(text),
    });
    expect(pieces.join('')).toBe('out\n');
  });

  it('kills a command that runs out of time, and what the command started', async () => {
    // The grandchild holds the pipe open: without killing the group, the output would never end.
    const code = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' })`;
    expect(await node(code, 300)).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
  });

  it('throws when the program does not exist', async () => {
    await expect(run('./none', [], { timeoutMs: 1000 })).rejects.toThrow('ENOENT');
  });
});

describe('runOrThrow()', () => {
  it('throws with command, exit code and output when the command fails', async () => {
    const failing = runOrThrow(process.execPath, ['-e', `console.log('why'); process.exit(2)`], { timeoutMs: 20_000 });
    await expect(failing).rejects.toThrow(/^run .*: must exit with 0, exited with 2\nwhy$/s);
  });
});

describe('spawnGroup()', () => {
  it('leaves signal handlers installed only while a child lives', async () => {
    const before = process.listenerCount('SIGINT');
    const child = spawnGroup(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    killGroup(child, 'SIGTERM');
    expect(await ended(child)).toEqual({ code: null, signal: 'SIGTERM' });
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
