import { UnixDatagram } from '@concurrent-primes/sockets';
import { describe, expect, it } from 'vitest';
import { ServiceNotices } from './service-notices.ts';

const PATH = `@service-notices-${process.pid}`;
const PID = 4711;

function received(receiver: UnixDatagram): string | undefined {
  const bytes = new Uint8Array(200);
  const message = receiver.receive(bytes);
  return message && new TextDecoder().decode(bytes.subarray(0, message.length));
}

/** Looks often: the queue of a receiver holds about ten messages. */
const SOON = { interval: 5 };

function fail(text: string): never {
  throw new Error(text);
}

// Abstract addresses are Linux only.
describe.skipIf(process.platform !== 'linux')('ServiceNotices', () => {
  it('sends READY=1 and STOPPING=1 to the address, and removes the variables', () => {
    using receiver = UnixDatagram.receiver(PATH);
    const env: NodeJS.ProcessEnv = { NOTIFY_SOCKET: PATH, WATCHDOG_USEC: '1000000', OTHER: 'x' };
    using notices = new ServiceNotices(fail, env);
    expect(env).toEqual({ OTHER: 'x' });
    expect(received(receiver)).toBeUndefined();
    notices.ready('listening');
    expect(received(receiver)).toBe('READY=1\nSTATUS=listening');
    notices.stopping('finishing');
    expect(received(receiver)).toBe('STOPPING=1\nSTATUS=finishing');
  });

  it('sends WATCHDOG=1 again and again once the server is ready', async () => {
    using receiver = UnixDatagram.receiver(PATH);
    const env = { NOTIFY_SOCKET: PATH, WATCHDOG_USEC: '100000', WATCHDOG_PID: String(PID) };
    using notices = new ServiceNotices(fail, env, PID);
    notices.ready('listening');
    expect(received(receiver)).toMatch(/^READY=1\n/);
    for (let times = 0; times < 2; times++) await expect.poll(() => received(receiver), SOON).toBe('WATCHDOG=1');
  });

  it('sends no WATCHDOG=1 for another process', async () => {
    using receiver = UnixDatagram.receiver(PATH);
    const env = { NOTIFY_SOCKET: PATH, WATCHDOG_USEC: '50000', WATCHDOG_PID: '4712' };
    using notices = new ServiceNotices(fail, env, PID);
    using others = new ServiceNotices(fail, { NOTIFY_SOCKET: PATH, WATCHDOG_USEC: '100000' }, PID);
    notices.ready('not watched');
    expect(received(receiver)).toMatch(/not watched/);
    // When the other one has sent twice, this one would have too.
    others.ready('watched');
    expect(received(receiver)).toMatch(/^READY=1\nSTATUS=watched/);
    await expect.poll(() => received(receiver), SOON).toBe('WATCHDOG=1');
  });

  it('sends nothing without an address', () => {
    using notices = new ServiceNotices(fail, { WATCHDOG_USEC: 'x' });
    notices.ready('listening');
    notices.stopping('finishing');
  });

  it('tells once why it can not send', () => {
    const texts: string[] = [];
    using notices = new ServiceNotices((text) => texts.push(text), { NOTIFY_SOCKET: '@nobody-is-there' });
    notices.ready('listening');
    notices.stopping('finishing');
    expect(texts).toEqual([
      'cannot notify the service manager: connect @nobody-is-there: ECONNREFUSED (connection refused)',
    ]);
  });

  it.each([
    [{ NOTIFY_SOCKET: 'vsock:2:1' }, "NOTIFY_SOCKET must begin with / or @, got 'vsock:2:1'"],
    [{ NOTIFY_SOCKET: '@' }, "NOTIFY_SOCKET must begin with / or @, got '@'"],
    [{ NOTIFY_SOCKET: PATH, WATCHDOG_USEC: '0' }, "WATCHDOG_USEC must be a whole number from 1, got '0'"],
  ])('throws one clear line when a variable is wrong: %j', (env, text) => {
    expect(() => new ServiceNotices(fail, env)).toThrow(`cannot notify the service manager: ${text}`);
  });
});
