import { WakePipe, connect, listen, wake } from '@concurrent-primes/sockets';
import { expect, it } from 'vitest';
import { SharedAccept } from './shared-accept.ts';

it('wait() returns when a connection waits, and when the thread is woken, each time once', () => {
  using listener = listen({ host: '127.0.0.1', port: 0, nonBlocking: true });
  using wakePipe = new WakePipe();
  using shared = new SharedAccept(listener, wakePipe.readDescriptor);
  using client = connect({ host: '127.0.0.1', port: listener.localAddress().port });
  shared.wait(60_000);
  expect(listener.accept()?.peerPort).toBe(client.localAddress().port);
  wake(wakePipe.writeDescriptor);
  shared.wait(60_000);
  expect(listener.accept()).toBeUndefined();
  // The byte that woke it is gone: only this one does.
  wake(wakePipe.writeDescriptor);
  shared.wait(60_000);
});
