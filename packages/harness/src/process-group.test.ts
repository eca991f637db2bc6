import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeEnd, ProcessGroup } from './process-group.ts';

const IDLE = 'setInterval(() => {}, 1e6);';

function node(code: string): ProcessGroup {
  return new ProcessGroup([process.execPath, '-e', code]);
}

describe('ProcessGroup', () => {
  it('leaves signal handlers installed only while a group lives', async () => {
    const before = process.listenerCount('SIGINT');
    const group = node(IDLE);
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    group.signal('SIGTERM');
    expect(await group.closed).toMatchObject({ code: undefined, signal: 'SIGTERM' });
    await vi.waitFor(() => {
      expect(process.listenerCount('SIGINT')).toBe(before);
    }, 20_000);
  });

  it('find() looks after each output, until the program ends', async () => {
    await using group = node(`console.log('one'); setTimeout(() => console.log('two'), 20); ${IDLE}`);
    expect(await group.find(() => /two/.exec(group.stdout)?.[0])).toBe('two');
    await using short = node(`console.log('one')`);
    expect(await short.find(() => /two/.exec(short.stdout)?.[0])).toBeUndefined();
  });

  it('find() throws the reason when its signal aborts', async () => {
    await using group = node(IDLE);
    const reason = new Error('enough');
    await expect(group.find(() => undefined, AbortSignal.abort(reason))).rejects.toBe(reason);
    const abort = new AbortController();
    const found = group.find(() => undefined, abort.signal);
    abort.abort(reason);
    await expect(found).rejects.toBe(reason);
  });

  it('keeps the end of the output when told so', async () => {
    const group = new ProcessGroup([process.execPath, '-e', `console.log('-'.repeat(100) + 'end')`], {
      keptCharacters: 6,
    });
    expect(await group.closed).toMatchObject({ stdout: '--end\n' });
    expect(group.output).toBe('--end\n');
  });

  it('writes stderr to a descriptor when told so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'process-group-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, 'stderr');
    const descriptor = openSync(path, 'w');
    const code = `console.log('one'); console.error('two')`;
    const group = new ProcessGroup([process.execPath, '-e', code], { stderr: descriptor });
    closeSync(descriptor);
    expect(await group.closed).toMatchObject({ code: 0, stdout: 'one\n', stderr: '' });
    expect(readFileSync(path, 'utf8')).toBe('two\n');
  });

  it('closeStdout() gives the program EPIPE', async () => {
    const code = `process.stdout.on('error', (error) => { console.error(error.code); process.exit(5); }); setInterval(() => console.log('x'), 5)`;
    await using group = node(code);
    await group.find(() => /x/.exec(group.stdout) ?? undefined);
    group.closeStdout();
    expect(await group.exited).toMatchObject({ code: 5, stderr: 'EPIPE\n' });
  });

  it('has the reason in its end when the program can not be started', async () => {
    const group = new ProcessGroup(['/no/such/program']);
    expect((await group.exited).error?.message).toMatch(/ENOENT/);
    await group.closed;
    await group.stop();
  });
});

describe('describeEnd()', () => {
  it('names the exit code, the signal or the reason', () => {
    expect(describeEnd({ code: 3, signal: undefined, error: undefined })).toBe('exit code 3');
    expect(describeEnd({ code: undefined, signal: 'SIGSEGV', error: undefined })).toBe('signal SIGSEGV');
    expect(describeEnd({ code: undefined, signal: undefined, error: new Error('why') })).toBe('why');
  });
});

it('passes descriptors on, from 3', async () => {
  const { fd, close } = await openTemporary('what the file says');
  await using run = new ProcessGroup(['/bin/sh', '-c', 'cat <&3'], { descriptors: [fd] });
  expect(await run.closed).toMatchObject({ code: 0, stdout: 'what the file says' });
  await close();
});

/** Opens a file without a name that has this text. */
async function openTemporary(text: string): Promise<{ fd: number; close: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'descriptors-'));
  const path = join(directory, 'file');
  writeFileSync(path, text);
  const file = await open(path);
  rmSync(directory, { recursive: true });
  return { fd: file.fd, close: () => file.close() };
}
