import { describe, expect, it } from 'vitest';
import { type ServerCommand, startServer } from './process.ts';

/** A server of one line of JavaScript. */
function server(code: string): ServerCommand {
  return { name: 'Test', command: [process.execPath, '-e', code] };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const LISTENS = `process.stdout.write('warming\\nlistening on 127.0.'); process.stdout.write('0.1:4242 (test)\\n');`;
const STAYS = 'setInterval(() => undefined, 1000);';

describe('startServer()', () => {
  it('tells port and process, and ends it when disposed', async () => {
    const running = await startServer(server(LISTENS + STAYS));
    expect(running.port).toBe(4242);
    expect(running.startMs).toBeGreaterThan(0);
    expect(isThere(running.pid)).toBe(true);
    await running[Symbol.asyncDispose]();
    expect(isThere(running.pid)).toBe(false);
    await running[Symbol.asyncDispose]();
  });

  it('kills one that does not want to end', async () => {
    const running = await startServer(server(`process.on('SIGTERM', () => undefined); ${LISTENS + STAYS}`));
    await running[Symbol.asyncDispose]();
    expect(isThere(running.pid)).toBe(false);
  });

  it('throws with what was said when it ends early', async () => {
    await expect(startServer(server(`console.error('no port'); process.exitCode = 3`))).rejects.toThrow(
      'Cannot start Test: it must say where it listens, it exited with 3\nno port',
    );
  });

  it('throws when there is no such program', async () => {
    await expect(startServer({ name: 'None', command: ['/nonexistent/program'] })).rejects.toThrow('ENOENT');
  });
});
