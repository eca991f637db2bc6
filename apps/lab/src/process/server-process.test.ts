import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { eventually } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../testing/run.ts';
import { membersOf } from './proc.ts';
import { ServerProcess, shellCommand, StartFailure } from './server-process.ts';

/** A server of one line; what stands behind it is more of the program. */
function node(program: string): string {
  return `'${process.execPath}' -e "${program}"`;
}

const LISTEN = "require('net').createServer(s => s.on('error', () => 0)).listen({port}, '127.0.0.1');";

function start(text: string, signal = NEVER): Promise<ServerProcess> {
  return ServerProcess.start('the server', shellCommand(text), signal);
}

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
    const server = await start(`${node(`setTimeout(() => { ${LISTEN} ${child} }, 50)`)}; true`);
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
    const server = await start(`exec ${node(`process.on('SIGTERM', () => 0); ${LISTEN}`)}`);
    await server.stop();
    expect(server.ending).toBe('signal SIGKILL');
  });

  it('says what a server has printed that ends before it listens', async () => {
    const started = start('echo no such file >&2; exit 3');
    await expect(started).rejects.toThrow(StartFailure);
    await expect(started).rejects.toThrow(
      /^cannot start the server: it must listen on port \d+, it ended with exit code 3. It printed:\nno such file$/,
    );
  });

  it('says all that it has printed, also when what it has started lives on and could print more', async () => {
    const lines = "for (let i = 0; i < 20000; i++) console.log('line', i);";
    await expect(start(`sleep 60 & ${node(lines)}; exit 1`)).rejects.toThrow(/line 19998\nline 19999$/);
  });

  it('says why there is no such program', async () => {
    const started = ServerProcess.start('server x', (port) => ['/no/such/program', String(port)], NEVER);
    await expect(started).rejects.toThrow(/^cannot start server x: .* it ended with spawn \/no\/such\/program ENOENT/);
  });

  it('tells how long it took to listen', async () => {
    const server = await start(`sleep 0.2; exec ${node(LISTEN)}`);
    expect(server.startMs).toBeGreaterThan(200);
    await server.stop();
  });

  it('makes no connection to find out whether it listens', async () => {
    const program = LISTEN.replace('s => s', "s => console.log('a client') || s");
    const server = await start(node(program));
    expect(server.output).toBe('');
    const probe = connect(server.port, '127.0.0.1');
    await eventually(() => {
      expect(server.output).toBe('a client');
    });
    probe.destroy();
    await server.stop();
  });

  it('kill() ends all of it at once', async () => {
    const server = await start(`trap '' TERM; sleep 60 & ${node(LISTEN)} & wait`);
    expect(membersOf(server.pid).length).toBeGreaterThan(2);
    server.kill();
    await server.ended;
    expect(server.ending).toBe('signal SIGKILL');
    await eventually(() => {
      expect(membersOf(server.pid).filter(isRunning)).toEqual([]);
    });
    await server.stop();
  });

  it('stop() may be called again', async () => {
    const server = await start(`exec ${node(LISTEN)}`);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(server.ending).toBe('signal SIGTERM');
  });

  it('tells how long it has waited, until its time is over', async () => {
    const waits: (readonly [port: number, waitedMs: number])[] = [];
    const onWait = (...wait: readonly [number, number]): unknown => waits.push(wait);
    const started = ServerProcess.start('the server', shellCommand('sleep 60'), NEVER, { timeoutMs: 100, onWait });
    await expect(started).rejects.toThrow(/ on port \d+, it did not within 0\.1 s\. It printed nothing\.$/);
    expect(new Set(waits.map(([port]) => port)).size).toBe(1);
    const times = waits.map(([, waitedMs]) => waitedMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times.at(-1)).toBeLessThanOrEqual(100);
  });

  it('gives up when it is interrupted', async () => {
    const interrupt = new AbortController();
    const started = start('sleep 60', interrupt.signal);
    const reason = new Error('interrupted');
    setTimeout(() => {
      interrupt.abort(reason);
    }, 50);
    await expect(started).rejects.toBe(reason);
  });

  it('tells how a server has ended', async () => {
    const program = "require('net').createServer(() => process.exit(4)).listen({port}, '127.0.0.1')";
    const server = await start(`exec ${node(program)}`);
    connect(server.port, '127.0.0.1').on('error', () => undefined);
    await server.ended;
    expect(server.ending).toBe('exit code 4');
    await server.stop();
  });
});
