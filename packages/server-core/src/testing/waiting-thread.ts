/**
 * A server thread that serves nobody: it waits for orders, and fails where a test wants it to.
 *
 * It never looks at the time: what it waits for is a word in shared memory that the main thread changes and notifies.
 */
import { DRAIN, RUN } from '../control.ts';
import { ServerThread } from '../server-thread.ts';
import type { SocketConnection } from '../socket-connection.ts';

/** What it does; default: it ends at the first order. */
export interface WaitingThreadData {
  /** Told to the main thread before it is ready. */
  readonly notices?: readonly string[];
  /** Rehearses, and tells as a notice which verbs that took. */
  readonly rehearses?: true;
  /** Throws an error of this message instead of getting ready. */
  readonly throwAtStart?: string;
  /** Ends without a word instead of getting ready. */
  readonly endsAtStart?: true;
  /** Waits until word 0 of this memory is not 0, and then throws an error. */
  readonly throwWhen?: SharedArrayBuffer;
  /** Waits until word 0 of this memory is not 0, and then ends without a word. */
  readonly endWhen?: SharedArrayBuffer;
  /** Says that it has failed as soon as it is ready, and goes on. */
  readonly failed?: string;
  /** Goes on after `DRAIN` until `CUT`, as a thread does whose client does not come to its end. */
  readonly stalls?: boolean;
}

const thread = await ServerThread.begin<WaitingThreadData>(4);
const {
  notices = [],
  rehearses = false,
  throwAtStart,
  endsAtStart = false,
  throwWhen,
  endWhen,
  failed,
  stalls = false,
} = thread.data;

for (const text of notices) thread.notice(text);
if (rehearses) thread.rehearse(serve);
if (throwAtStart !== undefined) throw new Error(throwAtStart);
if (endsAtStart) process.exit(0);
thread.ready();
if (throwWhen !== undefined) {
  Atomics.wait(new Int32Array(throwWhen), 0, 0);
  throw new Error('failed while it served');
}
if (endWhen !== undefined) {
  Atomics.wait(new Int32Array(endWhen), 0, 0);
  process.exit(0);
}
if (failed !== undefined) thread.failed(new Error(failed));
const orders = new Int32Array(thread.control.memory);
Atomics.wait(orders, 0, RUN);
if (stalls) Atomics.wait(orders, 0, DRAIN);

function serve(connection: SocketConnection): void {
  const verbs: string[] = [];
  while (connection.next !== 'close') {
    verbs.push(connection.next);
    if (connection.next === 'send') connection.send(4);
    else connection.receive();
  }
  thread.notice(verbs.join(', '));
}
