/** A minimal server thread: it serves one client of a listening socket with blocking calls. */
import { ListeningSocket } from '@concurrent-primes/sockets';
import { RUN } from '../control.ts';
import { ServerThread } from '../server-thread.ts';

export interface EchoThreadData {
  /** Descriptor of the listening socket; the main thread owns it. */
  readonly listener: number;
  /** An accepted client waits while word 0 of this memory is 0. */
  readonly gate?: SharedArrayBuffer;
  /** Time that the client has waited for the thread, in milliseconds; default 0. */
  readonly queuedMs?: number;
}

const thread = await ServerThread.begin<EchoThreadData>(4);
const listener = ListeningSocket.adopt(thread.data.listener);
thread.ready();
const connection = thread.open(listener.accept()!, { admitted: false, queuedMs: thread.data.queuedMs ?? 0 });
listener.release();
if (thread.data.gate !== undefined) Atomics.wait(new Int32Array(thread.data.gate), 0, 0);
while (connection.next !== 'close') {
  if (connection.next === 'receive') connection.receive();
  else if (connection.next === 'work') connection.work();
  else connection.send(4);
}
thread.close(connection);
thread.close(connection); // does nothing
while (thread.control.order === RUN) thread.control.pause(1000);
