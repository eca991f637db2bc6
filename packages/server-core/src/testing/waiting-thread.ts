/**
 * A server thread without clients: it waits for orders, and fails where a test wants it to. Everything it waits for is a
 * word in shared memory.
 */
import { DRAIN, RUN } from '../control.ts';
import { ServerThread } from '../server-thread.ts';
import type { SocketConnection } from '../socket-connection.ts';

/** Behaviour of the thread; default: it ends at the first order. */
export interface WaitingThreadData {
  /** Notices sent before the thread is ready. */
  readonly notices?: readonly string[];
  /** Rehearses, and sends the verbs performed as a notice. */
  readonly rehearses?: true;
  /** Throws an error with this message instead of getting ready. */
  readonly throwAtStart?: string;
  /** Ends without an error instead of getting ready. */
  readonly endsAtStart?: true;
  /** Throws an error when word 0 of this memory is not 0. */
  readonly throwWhen?: SharedArrayBuffer;
  /** Ends without an error when word 0 of this memory is not 0. */
  readonly endWhen?: SharedArrayBuffer;
  /** Calls `failed()` as soon as it is ready, and continues. */
  readonly failed?: string;
  /** Continues after `DRAIN` until `CUT`, like a thread with a stalled client. */
  readonly stalls?: boolean;
  /** Goes on when it is told to leave the listening socket, like a thread that has clients. */
  readonly stays?: boolean;
}

/** Time between two looks, in milliseconds. */
const LOOK_MS = 20;

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
  stays = false,
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
const { control } = thread;
const orders = new Int32Array(control.memory);
// With a timeout: a wake-up before the wait would be lost, since leaving doesn't change the order.
while (control.order === RUN && (stays || !control.leaving)) Atomics.wait(orders, 0, RUN, LOOK_MS);
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
