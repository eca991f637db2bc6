/** Connections for tests, with both ends in this process, over the loopback interface. */
import { type Socket, connect, listen } from '../index.ts';

/** A connection; disposing closes both ends. */
export interface Pair extends Disposable {
  /** The end that called `connect`. */
  readonly near: Socket;
  /** The end that `accept` returned. */
  readonly far: Socket;
}

/** Makes two connected sockets. */
export function pair({ host = '127.0.0.1', nonBlocking = false } = {}): Pair {
  using listener = listen({ host, port: 0 });
  const near = connect({ host, port: listener.localAddress().port });
  near.setNonBlocking(nonBlocking);
  const far = listener.accept({ nonBlocking })!;
  return {
    near,
    far,
    [Symbol.dispose]() {
      near.close();
      far.close();
    },
  };
}
