/** A connection of a traced server, and the events of its recv, send and close. */
import { CALL_CODES, INTERESTS, WOULD_BLOCK } from '@concurrent-primes/trace';
import { lengthIn } from './call-arguments.ts';
import type { Connection } from './open-files.ts';
import { bytesIn, type SystemCall } from './strace-lines.ts';
import { type Note, TracedConversation } from './traced-conversation.ts';
import type { Lane, TracedEvents } from './traced-events.ts';

/** A connection that the page shows. */
export interface Served {
  readonly connection: Connection;
  readonly conversation: TracedConversation;
  /** Its number in events: the descriptor, or another one while an older connection has that. */
  readonly slot: number;
  /** The lane that has it. */
  lane: Lane;
  /** What the selector watches it for. */
  interest: number;
}

/** Connections by their numbers in events, which are unique while they are open. */
export class ServedConnections {
  readonly #served = new Map<Connection, Served>();
  readonly #slots = new Set<number>();

  /** A connection that a thread has accepted. */
  add(connection: Connection, lane: Lane): Served {
    let slot = connection.fd;
    while (this.#slots.has(slot)) slot += 1;
    this.#slots.add(slot);
    const served = { connection, conversation: new TracedConversation(), slot, lane, interest: INTERESTS.read };
    this.#served.set(connection, served);
    return served;
  }

  /** What is shown of a connection. */
  get(connection: Connection | undefined): Served | undefined {
    return connection === undefined ? undefined : this.#served.get(connection);
  }

  /** A connection has ended. */
  remove(served: Served): void {
    this.#served.delete(served.connection);
    this.#slots.delete(served.slot);
  }
}

/** The event of an accept that has returned. */
export function emitAccept(events: TracedEvents, { connection, slot, lane }: Served, timeUs: number): void {
  const { ordinal, fd, port } = connection;
  events.emit('ACCEPT', timeUs, lane.index, slot, ordinal, (fd << 16) | port);
}

/** Another thread has the connection from now on. */
export function emitTake(events: TracedEvents, served: Served, lane: Lane, timeUs: number): void {
  const { ordinal, acceptedUs } = served.connection;
  const waitedMs = Math.max(0, Math.round((timeUs - acceptedUs) / 1000));
  if (served.lane.serves === ordinal) served.lane.serves = 0;
  served.lane = lane;
  events.emit('TAKE', timeUs, lane.index, served.slot, ordinal - 1, waitedMs);
}

/** The events of a recv, or of a read. */
export function emitReceive(events: TracedEvents, call: SystemCall, served: Served): void {
  const { phase, timeUs, args, result, error } = call;
  // What is only looked at comes once more.
  if (args.includes('MSG_PEEK')) return;
  const { slot, lane } = served;
  const asked = lengthIn(args);
  if (phase === 'begin') {
    if (lane.role === 'pool') events.emit('ENTER', timeUs, lane.index, slot, CALL_CODES.recv, asked);
    return;
  }
  if (error === 'ECONNRESET') events.emit('BROKEN', timeUs, lane.index, slot);
  else if (error === 'EAGAIN') events.emit('RECV', timeUs, lane.index, slot, WOULD_BLOCK, asked);
  if (error !== '' || result < 0) return;
  events.emit('RECV', timeUs, lane.index, slot, result, asked);
  emitNotes(events, served.conversation.received(bytesIn(args).slice(0, result)), timeUs, lane.index, slot);
}

/** The events of a send, or of a write. */
export function emitSend(events: TracedEvents, call: SystemCall, served: Served): void {
  const { phase, timeUs, args, result, error } = call;
  const { slot, lane } = served;
  const offered = lengthIn(args);
  if (phase === 'begin') {
    if (lane.role === 'pool') events.emit('ENTER', timeUs, lane.index, slot, CALL_CODES.send, offered);
    return;
  }
  if (error === 'EPIPE' || error === 'ECONNRESET') events.emit('BROKEN', timeUs, lane.index, slot);
  else if (error === 'EAGAIN') events.emit('SEND', timeUs, lane.index, slot, 0, offered);
  if (error !== '' || result < 0) return;
  emitNotes(events, served.conversation.sent(result, bytesIn(args)), timeUs, lane.index, slot);
  events.emit('SEND', timeUs, lane.index, slot, result, offered);
}

/** The event of a connection that nobody has open any more. */
export function emitClose(events: TracedEvents, served: Served, timeUs: number): void {
  const { lane, slot, connection, conversation } = served;
  events.emit('CLOSE', timeUs, lane.index, slot, 0, conversation.exchanges);
  if (lane.serves === connection.ordinal) lane.serves = 0;
}

/** The events of what messages turned out to say. */
export function emitNotes(
  events: TracedEvents,
  notes: readonly Note[],
  timeUs: number,
  thread: number,
  slot: number,
): void {
  for (const note of notes) {
    if (note.is === 'asked') events.emit('ASKED', timeUs, thread, slot, note.a, note.b);
    else if (note.is === 'counted') events.emit('COUNTED', timeUs, thread, slot, note.n);
    else if (note.is === 'refused') events.emit('REFUSE', timeUs, thread, slot, note.code);
    else events.emit('SUM', timeUs, thread, slot, note.right ? 1 : 0);
  }
}
