/** Events of a client: the calls for it, and its conversation. */
import { KINDS, REFUSALS, WOULD_BLOCK } from './events.ts';
import type { FoldedEvent } from './folded-event.ts';
import { leave, slotKey } from './fold-loss.ts';
import { forgetGone } from './fold-queue.ts';
import { type CallState, type ClientState, type State, type ThreadState, answerBytes } from './state.ts';

/** A result of {@link noteCall} for a broken connection. */
const BROKEN = -2;

/** Bytes of a request, and of a sum. */
const MESSAGE_BYTES = 8;

/** Folds an event of a client. Events of clients that are not known, because events were lost, are skipped. */
export function foldClientEvent(state: State, thread: ThreadState, event: FoldedEvent): void {
  const ordinal = state.slots.get(slotKey(thread.info.index, event.slot));
  const client = ordinal === undefined ? undefined : state.clients.get(ordinal);
  if (client === undefined) return;
  const { a, b } = event;
  switch (event.kind) {
    case KINDS.WATCH:
      client.interest = a === 2 ? 'write' : a === 1 ? 'read' : 'none';
      break;
    case KINDS.RECV:
      receive(state, thread, client, a, b);
      break;
    case KINDS.ASKED:
      if (client.stage === 'done') beginExchange(client);
      client.interval = [a, b];
      client.bytesGot = 0;
      client.stage = 'counting';
      break;
    case KINDS.WORK:
      noteCall(state, thread, client, { kind: 'work', bytes: 0, asked: 0, before: 0 });
      break;
    case KINDS.COUNTED:
      client.count = a;
      client.stage = 'answer';
      break;
    case KINDS.SEND:
      send(state, thread, client, a, b);
      break;
    case KINDS.SUM:
      client.sum = a === 1 ? 'right' : 'wrong';
      client.stage = 'done';
      state.totals.sums += 1;
      client.bytesGot = Math.max(0, client.bytesGot - MESSAGE_BYTES);
      if (client.bytesGot > 0) beginExchange(client);
      break;
    case KINDS.REFUSE:
      if (client.stage === 'done') beginExchange(client);
      client.stage = 'refused';
      client.bytesSent = 0;
      client.refusal = REFUSALS[-a - 1];
      state.totals.refused += 1;
      noteCall(state, thread, client, { kind: 'refuse', bytes: 0, asked: 0, before: 0 });
      break;
    case KINDS.EXPIRE:
      state.totals.expired += 1;
      noteCall(state, thread, client, { kind: 'expire', bytes: 0, asked: 0, before: 0 });
      break;
    case KINDS.BROKEN:
      noteCall(state, thread, client, { kind: 'recv', bytes: 0, asked: 0, before: client.bytesGot }, BROKEN);
      break;
    case KINDS.CLOSE:
      noteCall(state, thread, client, { kind: 'close', bytes: 0, asked: 0, before: 0 });
      client.outcome = state.server.outcomes[a - 1];
      state.totals.closed += 1;
      leave(state, client);
      forgetGone(state);
      break;
  }
}

/** A new exchange on the same connection. Bytes that have come stay. */
function beginExchange(client: ClientState): void {
  client.exchange += 1;
  client.stage = 'request';
  client.interval = undefined;
  client.count = undefined;
  client.bytesSent = 0;
  client.sum = undefined;
}

function receive(state: State, thread: ThreadState, client: ClientState, bytes: number, asked: number): void {
  if (bytes > 0 && client.stage === 'done') beginExchange(client);
  noteCall(state, thread, client, { kind: 'recv', bytes: Math.max(0, bytes), asked, before: client.bytesGot }, bytes);
  state.totals.recvs += 1;
  if (bytes <= 0) return;
  state.totals.bytesIn += bytes;
  if (client.stage !== 'refused') client.bytesGot += bytes;
}

function send(state: State, thread: ThreadState, client: ClientState, bytes: number, offered: number): void {
  noteCall(state, thread, client, { kind: 'send', bytes, asked: offered, before: client.bytesSent });
  state.totals.sends += 1;
  state.totals.bytesOut += bytes;
  client.bytesSent += bytes;
  if (client.stage === 'answer' && client.bytesSent >= answerBytes(client, state.server)!) {
    client.stage = 'sum';
    client.bytesGot = 0;
  }
}

/** Adds a call to those of the turn, and remembers when the client had it. */
export function noteCall(
  state: State,
  thread: ThreadState,
  client: ClientState,
  call: Pick<CallState, 'kind' | 'bytes' | 'asked' | 'before'>,
  result = 1,
): void {
  const { kind, bytes, asked, before } = call;
  thread.calls.push({
    kind,
    client: client.ordinal,
    thread: thread.info.index,
    bytes,
    asked,
    before,
    result: resultOf(kind, bytes, result),
    timeUs: state.timeUs,
    unasked: kind === 'send' && thread.info.role === 'loop' && client.readyTurn !== thread.turn,
  });
  client.lastCallTurn = thread.turn;
  client.lastCallUs = state.timeUs;
  client.readySinceTurn = 0;
}

function resultOf(kind: CallState['kind'], bytes: number, result: number): CallState['result'] {
  if (result === BROKEN) return 'lost';
  if (kind === 'recv') return result === WOULD_BLOCK ? 'would-block' : result === 0 ? 'end' : 'done';
  return kind === 'send' && bytes === 0 ? 'would-block' : 'done';
}
