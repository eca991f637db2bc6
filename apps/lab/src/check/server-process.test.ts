import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { eventually } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../testing/run.ts';
import { ServerProcess, StartFailure } from './server-process.ts';

/** A server of one line; what stands behind it is more of the program. */
function node(program: string): string {
  return `'${process.execPath}' -e "${program}"`;
}

const LISTEN = "require('net').createServer(s => s.on('error', () => 0)).listen({port}, '127.0.0.1');";

/** Whether a process runs: neither gone nor a zombie. proc_pid_stat(5) */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('ServerProcess', () => {
  it('waits until the server listens, and ends it with all that it has started', async () => {
    const child = `const c = require('child_process').spawn('sleep', ['60']); console.log('child', c.pid);`;
    const server = await ServerProcess.start(`${node(`setTimeout(() => { ${LISTEN} ${child} }, 50)`)}; true`, NEVER);
    const pid = await eventually(() => {
      const [, digits] = /child (\d+)/.exec(server.output) ?? [];
      expect(digits).toBeDefined();
      return Number(digits);
    });
    expect(isRunning(pid)).toBe(true);
    expect(server.ending).toBeUndefined();
    await server.stop();
    await eventually(() => {
      expect(isRunning(pid)).toBe(false);
    });
    expect(server.ending).toBeDefined();
  });

  it('kills a server that does not end when it is asked to', async () => {
    const server = await ServerProcess.start(`exec ${node(`process.on('SIGTERM', () => 0); ${LISTEN}`)}`, NEVER);
    await server.stop();
    expect(server.ending).toBe('signal SIGKILL');
  });

  it('says what a server has printed that ends before it listens', async () => {
    const start = ServerProcess.start('echo no such file >&2; exit 3', NEVER);
    await expect(start).rejects.toThrow(StartFailure);
    await expect(start).rejects.toThrow(
      /^cannot start the server: it must listen on port \d+, it ended with exit code 3. It printed:\nno such file$/,
    );
  });

  it('gives up when it is interrupted', async () => {
    const interrupt = new AbortController();
    const start = ServerProcess.start('sleep 60', interrupt.signal);
    const reason = new Error('interrupted');
    setTimeout(() => {
      interrupt.abort(reason);
    }, 50);
    await expect(start).rejects.toBe(reason);
  });

  it('tells how a server has ended', async () => {
    const program = "require('net').createServer(() => process.exit(4)).listen({port}, '127.0.0.1')";
    const server = await ServerProcess.start(`exec ${node(program)}`, NEVER);
    connect(server.port, '127.0.0.1').on('error', () => undefined);
    await server.ended;
    expect(server.ending).toBe('exit code 4');
    await server.stop();
  });
});
