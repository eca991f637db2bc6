/**
 * A select server in a process of its own, for tests with a small limit of descriptors.
 *
 * Usage: `node echo-server.ts KIND`, with an IPC channel. It sends {@link EchoServerMessage}s, and stops when the
 * channel is closed.
 */
import { echoSessions } from '@concurrent-primes/fixtures/echo-session';
import type { SelectorKind } from '@concurrent-primes/sockets';
import { startSelectServer } from '../select-server.ts';

export type EchoServerMessage = { readonly port: number } | { readonly notice: string };

const say = (message: EchoServerMessage): void => {
  process.send!(message);
};

const server = await startSelectServer({
  host: '127.0.0.1',
  port: 0,
  selector: process.argv[2] as SelectorKind,
  sessions: echoSessions(),
  onNotice: (notice) => {
    say({ notice });
  },
});
say({ port: server.port });
process.once('disconnect', () => void server.stop(0));
