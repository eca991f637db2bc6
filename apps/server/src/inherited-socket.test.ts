import { listen } from '@concurrent-primes/sockets';
import { expect, it } from 'vitest';
import { inheritedSocket } from './inherited-socket.ts';

const PID = 4711;

it.each([
  [{}],
  [{ LISTEN_FDS: '1' }],
  [{ LISTEN_PID: String(PID) }],
  [{ LISTEN_FDS: '1', LISTEN_PID: '4712', LISTEN_FDNAMES: 'primes' }],
])('inheritedSocket() returns undefined when no socket is for this process: %j', (env) => {
  const own: NodeJS.ProcessEnv = { ...env, OTHER: 'x' };
  expect(inheritedSocket(own, PID)).toBeUndefined();
  expect(own).toEqual({ OTHER: 'x' });
});

it.each([
  [{ LISTEN_PID: 'me' }, "LISTEN_PID must be a whole number from 1, got 'me'"],
  [{ LISTEN_FDS: '0' }, "LISTEN_FDS must be a whole number from 1, got '0'"],
  [{ LISTEN_FDS: '-1' }, "LISTEN_FDS must be a whole number from 1, got '-1'"],
  [{ LISTEN_FDS: '' }, "LISTEN_FDS must be a whole number from 1, got ''"],
  [
    { LISTEN_FDS: '2', LISTEN_FDNAMES: 'http:admin' },
    "one must be named 'primes' (FileDescriptorName=), got 2 sockets named 'http:admin'",
  ],
  [{ LISTEN_FDS: '2' }, "one must be named 'primes' (FileDescriptorName=), got 2 sockets named ''"],
  [
    { LISTEN_FDS: '2', LISTEN_FDNAMES: 'primes:primes' },
    "one must be named 'primes' (FileDescriptorName=), got 2 sockets named 'primes:primes'",
  ],
])('inheritedSocket() throws one clear line, and removes the variables, when they are wrong: %j', (env, text) => {
  const own: NodeJS.ProcessEnv = { LISTEN_PID: String(PID), LISTEN_FDS: '1', ...env };
  expect(() => inheritedSocket(own, PID)).toThrow(`cannot use the sockets of the service manager: ${text}`);
  expect(own).toEqual({});
});

it('inheritedSocket() throws when the descriptor is not a listening socket', () => {
  // Descriptor 3 of this process is whatever Node has opened.
  using listener = listen({ host: '127.0.0.1', port: 0 });
  expect(listener.descriptor).toBeGreaterThan(3);
  expect(() => inheritedSocket({ LISTEN_PID: String(PID), LISTEN_FDS: '1' }, PID)).toThrow(
    /^cannot use the sockets of the service manager: .*descriptor 3: /,
  );
});
