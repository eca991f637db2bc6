import { describe, expect, it } from 'vitest';
import { startServer, type ServerProcess } from './server-process.ts';

const LISTEN = `console.log('listening on 127.0.0.1:4711 (select)'); setInterval(() => {}, 1e6);`;

const start = (code: string, timeoutMs = 20_000): Promise<ServerProcess> =>
  startServer(process.execPath, ['-e', code], { timeoutMs });

describe('startServer()', () => {
  it('tells the port, and stops the server with SIGTERM', async () => {
    const server = await start(`process.on('SIGTERM', () => process.exit(0)); ${LISTEN}`);
    expect(server).toMatchObject({ port: 4711, line: 'listening on 127.0.0.1:4711 (select)' });
    await server.stop();
  });

  it('waits for the whole line', async () => {
    const server = await start(
      `process.on('SIGTERM', () => process.exit(0)); process.stdout.write('hello\\nlistening on 127.0.0.1:47', () => console.log('12'));
       setInterval(() => {}, 1e6)`,
    );
    expect(server.port).toBe(4712);
    await server.stop();
  });

  it('throws with what the server printed when it ends before it listens', async () => {
    await expect(start(`console.error('port taken'); process.exitCode = 1`)).rejects.toThrow(
      /must listen, ended with 1\nport taken$/,
    );
  });

  it('throws when the server does not listen in time', async () => {
    await expect(start('setInterval(() => {}, 1e6)', 300)).rejects.toThrow(/must listen within 300 ms/);
  });
});

describe('stop()', () => {
  it('throws when the exit code is not 0', async () => {
    const server = await start(LISTEN);
    await expect(server.stop()).rejects.toThrow(/must exit with 0 after SIGTERM, ended with SIGTERM/);
  });

  it('kills and throws when the server does not end in time', async () => {
    // The handler stands before the line is printed, so SIGTERM can't come too early.
    const server = await start(`process.on('SIGTERM', () => {}); ${LISTEN}`);
    await expect(server.stop(100)).rejects.toThrow(/must end within 100 ms of SIGTERM/);
  });
});
