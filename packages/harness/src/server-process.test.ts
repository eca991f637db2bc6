import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { membersOf } from './proc-readings.ts';
import { ServerProcess, shellCommand, StartFailure } from './server-process.ts';

function eventually<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 180_000, interval: 10 });
}

/** The command line of a server whose program is one line. */
function node(program: string): string {
  return `'${process.execPath}' -e "${program}"`;
}

const LISTEN = "require('net').createServer(s => s.on('error', () => 0)).listen({port}, '127.0.0.1');";

function start(text: string, signal?: AbortSignal): Promise<ServerProcess> {
  return ServerProcess.start(shellCommand(text), { name: 'the server', ...(signal && { signal }) });
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
  it('waits until the server listens, and ends it with its children', async () => {
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

  it('throws with the output of a server that ends before it listens', async () => {
    const started = start('echo no such file >&2; exit 3');
    await expect(started).rejects.toThrow(StartFailure);
    await expect(started).rejects.toThrow(
      /^cannot start the server: it must listen on port \d+, it ended with exit code 3. It printed:\nno such file$/,
    );
  });

  it('throws with the complete output, although a child lives on and could print more', async () => {
    const lines = "for (let i = 0; i < 20000; i++) console.log('line', i);";
    await expect(start(`sleep 60 & ${node(lines)}; exit 1`)).rejects.toThrow(/line 19998\nline 19999$/);
  });

  it('throws with the reason when there is no such program', async () => {
    const started = ServerProcess.start((port) => ['/no/such/program', String(port)], { name: 'server x' });
    await expect(started).rejects.toThrow(/^cannot start server x: .* it ended with spawn \/no\/such\/program ENOENT/);
  });

  it('measures the time until it listens', async () => {
    const server = await start(`sleep 0.2; exec ${node(LISTEN)}`);
    expect(server.startMs).toBeGreaterThan(200);
    await server.stop();
  });

  it('makes no connection to see whether it listens', async () => {
    const program = LISTEN.replace('s => s', "s => console.log('a client') || s");
    const server = await start(node(program));
    expect(server.output).toBe('');
    const probe = connect(server.port, '127.0.0.1');
    await eventually(() => {
      expect(server.output).toBe('a client\n');
    });
    probe.destroy();
    await server.stop();
  });

  it('kill() ends all of it at once', async () => {
    const server = await start(`trap '' TERM; sleep 60 & ${node(LISTEN)} & wait`);
    expect(membersOf(server.pid).length).toBeGreaterThan(2);
    server.kill();
    await server.exited;
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

  it('reports the waiting time, up to the time limit', async () => {
    const waits: (readonly [port: number, waitedMs: number])[] = [];
    const onWait = (...wait: readonly [number, number]): unknown => waits.push(wait);
    const started = ServerProcess.start(shellCommand('sleep 60'), { name: 'the server', timeoutMs: 100, onWait });
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

  it('reports how a server has ended', async () => {
    const program = "require('net').createServer(() => process.exit(4)).listen({port}, '127.0.0.1')";
    const server = await start(`exec ${node(program)}`);
    connect(server.port, '127.0.0.1').on('error', () => undefined);
    await server.exited;
    expect(server.ending).toBe('exit code 4');
    await server.stop();
  });
});

/** A server that announces its port. */
function announce(code: string, timeoutMs = 20_000): Promise<ServerProcess> {
  return ServerProcess.start([process.execPath, '-e', code], { timeoutMs });
}

const ANNOUNCE = `console.log('listening on 127.0.0.1:4711 (select)'); setInterval(() => {}, 1e6);`;
const EXIT_ON_SIGTERM = `process.on('SIGTERM', () => process.exit(0));`;

describe('ServerProcess of a server that announces its port', () => {
  it('knows the port, and stops the server with SIGTERM', async () => {
    await using server = await announce(EXIT_ON_SIGTERM + ANNOUNCE);
    expect(server).toMatchObject({ port: 4711, announcement: 'listening on 127.0.0.1:4711 (select)' });
    expect(await server.stopInOrder(20_000)).toMatchObject({ code: 0, signal: undefined, stderr: '' });
  });

  it('waits for the whole line', async () => {
    await using server = await announce(
      `process.stdout.write('hello\\nlistening on [::1]:47', () => console.log('12')); setInterval(() => {}, 1e6)`,
    );
    expect(server.port).toBe(4712);
  });

  it('throws with what the server printed when it ends before it listens', async () => {
    await expect(announce(`console.error('port taken'); process.exitCode = 1`)).rejects.toThrow(
      /must print "listening on HOST:PORT", it ended with exit code 1\. It printed:\nport taken$/,
    );
  });

  it('throws when the server does not listen in time', async () => {
    await expect(announce('setInterval(() => {}, 1e6)', 300)).rejects.toThrow(/it did not within 0\.3 s/);
  });

  it('stopInOrder() throws when the exit code is not 0', async () => {
    const server = await announce(ANNOUNCE);
    await expect(server.stopInOrder(20_000)).rejects.toThrow(
      /must exit with 0 after SIGTERM, it ended with signal SIGTERM/,
    );
  });

  it('stopInOrder() kills and throws when the server does not end in time', async () => {
    // The handler is installed before the line is printed, so SIGTERM can't come too early.
    const server = await announce(`process.on('SIGTERM', () => {}); ${ANNOUNCE}`);
    await expect(server.stopInOrder(100)).rejects.toThrow(/it did not within 100 ms/);
  });
});
