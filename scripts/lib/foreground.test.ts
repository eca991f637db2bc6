import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ended } from './run.ts';

/** Starts a process that becomes `node -e code`. */
function become(code: string): ChildProcess {
  const module = JSON.stringify(new URL('foreground.ts', import.meta.url).href);
  const args = JSON.stringify(['-e', code]);
  const launcher = `const { becomeCommand } = await import(${module});
    await becomeCommand(process.execPath, ${args}, ${JSON.stringify(tmpdir())});`;
  return spawn(process.execPath, ['--input-type=module', '-e', launcher], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('becomeCommand()', () => {
  it('ends with the exit code of the command', async () => {
    expect(await ended(become('process.exitCode = 7'))).toEqual({ code: 7, signal: null });
  });

  it('ends by the signal that ended the command', async () => {
    expect(await ended(become(`process.kill(process.pid, 'SIGKILL')`))).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('gives the command its stdout and the folder', async () => {
    const child = become('console.log(process.cwd())');
    const output = child.stdout!.setEncoding('utf8').toArray();
    await ended(child);
    expect((await output).join('')).toBe(`${tmpdir()}\n`);
  });

  it('passes SIGTERM on and waits for the command', async () => {
    const child = become(
      `process.on('SIGTERM', () => { process.exit(5); }); setInterval(() => {}, 1e6); console.log('ready');`,
    );
    await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual({ code: 5, signal: null });
  });

  it('survives SIGINT, which the terminal gives to the command too', async () => {
    const child = become(
      `process.on('SIGTERM', () => { process.exit(0); }); setInterval(() => {}, 1e6); console.log('ready');`,
    );
    await once(child.stdout!, 'data');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual({ code: 0, signal: null });
  });
});
