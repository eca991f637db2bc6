/**
 * Writes the events of a thread (`@concurrent-primes/trace`): always, into a ring in shared memory that anyone may read.
 *
 * Reading the clock costs more than writing ten events. So events have the time of the last reading, which a thread makes
 * once a turn or call anyway; only a thread with few events reads the clock for each.
 */
import type { SessionDescription, WriteNote } from '@concurrent-primes/session';
import {
  CALL_CODES,
  type CallName,
  KINDS,
  NO_SLOT,
  RingWriter,
  TURN_FLAGS,
  WOULD_BLOCK,
} from '@concurrent-primes/trace';

/** Up to this many events of all threads in a millisecond, each has its own time. */
const EXACT_EVENTS_PER_MS = 20;

/** A `CLOCK` event gives the whole time after this long: the events' 32 bits last 71 minutes. */
const CLOCK_EVERY_MS = 15 * 60_000;

/** Words of the bitmaps: one for 32 slots. */
const BITMAP_WORDS = (NO_SLOT + 1) / 32;

/** The kinds of events for the notes of a session, by name. */
const NOTE_KINDS: Readonly<Record<string, number>> = {
  asked: KINDS.ASKED,
  counted: KINDS.COUNTED,
  refused: KINDS.REFUSE,
  sum: KINDS.SUM,
};

/** Data from the main thread. */
export interface ThreadTraceData {
  /** The ring of this thread. */
  readonly ring: SharedArrayBuffer;
  /** Number of this thread. */
  readonly thread: number;
  /** Number of threads of the server. */
  readonly threads: number;
  readonly phases: readonly string[];
  readonly outcomes: readonly string[];
  readonly notes: readonly string[];
  /** Shared memory with the number of clients of the server: it gives them their names. */
  readonly ordinals: SharedArrayBuffer;
  /** Whether this is the accept thread of a pool, which has only clients that it refuses. */
  readonly refuses: boolean;
}

/** A client as the trace sees it. */
export interface TracedClient {
  /** Its slot; `NO_SLOT` for a client without events. */
  slot: number;
  ordinal: number;
  /** High 16 bits: descriptor, low 16 bits: port. */
  address: number;
  readonly phase: string;
  /** 1 readable, 2 writable. */
  readonly interest: number;
  readonly exchanges: number;
  describe(): SessionDescription | undefined;
}

/** What a selector reports. */
export interface ReadySockets {
  readonly count: number;
  readonly descriptors: Int32Array;
  readonly events: Uint8Array;
}

/** The events of one thread. */
export class ThreadTrace extends RingWriter {
  readonly #data: ThreadTraceData;
  readonly #exactPerMs: number;
  readonly #noteKinds: readonly (number | undefined)[];
  readonly #clients: (TracedClient | undefined)[] = [];
  readonly #readable = new Int32Array(BITMAP_WORDS);
  readonly #writable = new Int32Array(BITMAP_WORDS);
  #count = 0;
  /** Slots that were used and are free; only for clients without a descriptor. */
  #freeSlots: number[] = [];
  /** The client whose verb is performed: notes belong to it. */
  #slot = NO_SLOT;
  #turn = 0;
  #refused = 0;
  readonly #ordinals: Int32Array;
  #readMs = -Infinity;
  #eventsAtRead = 0;
  #clockMs = -Infinity;
  #snapshots = 0;
  #eventsAtSnapshot: number;
  /** In a pool: number of items put into the queue by the accept thread; in other threads the last item taken, plus 1. */
  #items = 0;

  /**
   * @param data - data from the main thread
   * @param offsetMs - milliseconds to add to `performance.now()` of this thread for the time since the server started
   */
  constructor(data: ThreadTraceData, offsetMs: number) {
    super(data.ring, data.thread);
    this.#data = data;
    this.#exactPerMs = EXACT_EVENTS_PER_MS / data.threads;
    this.#ordinals = new Int32Array(data.ordinals);
    this.offsetUs = offsetMs * 1000;
    this.#noteKinds = data.notes.map((name) => NOTE_KINDS[name]);
    this.#eventsAtSnapshot = this.count;
    this.readClock();
  }

  /** Writes a note of the session whose verb is performed. */
  readonly note: WriteNote = (note, first, second) => {
    const kind = this.#noteKinds[note];
    if (kind !== undefined && this.#slot !== NO_SLOT) this.write(kind, this.#slot, first, second);
  };

  /** Gives the time of the next events. */
  setTime(nowMs: number): void {
    const events = this.count;
    this.exact = ((events - this.#eventsAtRead) | 0) < (nowMs - this.#readMs) * this.#exactPerMs;
    this.#eventsAtRead = events;
    this.#readMs = nowMs;
    this.timeUs = (nowMs * 1000 + this.offsetUs) | 0;
    if (nowMs - this.#clockMs > CLOCK_EVERY_MS) this.#writeClock(nowMs);
  }

  /** Reads the clock for the next events. */
  readClock(): void {
    this.setTime(performance.now());
  }

  /**
   * A turn of a loop begins.
   *
   * @param ready - what the selector reports
   * @param quantumBytes - the most bytes that this turn sends to one client
   * @param s0 - descriptor of the listening socket
   * @param wake - descriptor by which the loop is woken
   */
  turn(ready: ReadySockets, quantumBytes: number, s0: number, wake: number): void {
    const { count, descriptors, events } = ready;
    const readable = this.#readable;
    const writable = this.#writable;
    let flags = 0;
    let first = BITMAP_WORDS;
    let last = -1;
    for (let index = 0; index < count; index += 1) {
      const slot = descriptors[index]!;
      if (slot === s0) flags |= TURN_FLAGS.s0;
      else if (slot === wake) flags |= TURN_FLAGS.woken;
      else if (slot < NO_SLOT) {
        const word = slot >>> 5;
        const event = events[index]!;
        if ((event & 1) !== 0) readable[word]! |= 1 << slot;
        if ((event & 2) !== 0) writable[word]! |= 1 << slot;
        if (word < first) first = word;
        if (word > last) last = word;
      }
    }
    this.#turn += 1;
    this.write(KINDS.TURN, flags, this.#turn, quantumBytes);
    for (let word = first & ~1; word <= last; word += 2) {
      this.#writeReady(KINDS.IN, readable, word);
      this.#writeReady(KINDS.OUT, writable, word);
    }
  }

  /**
   * The thread enters a call that may block.
   *
   * @param call - the call
   * @param client - the client that the call is for
   * @param bytes - bytes asked for or offered
   */
  enter(call: CallName, client: TracedClient | undefined, bytes: number): void {
    // First the snapshot: a reader that begins at a snapshot learns next what the thread waits in.
    this.#considerSnapshot();
    if (call === 'select') this.#enterSelect();
    else this.write(KINDS.ENTER, client?.slot ?? NO_SLOT, CALL_CODES[call], bytes);
    this.publish();
  }

  /**
   * A client was accepted.
   *
   * @param client - the client
   * @param descriptor - its descriptor; undefined if it isn't known
   * @param port - its port; 0 if it isn't known
   */
  accepted(client: TracedClient, descriptor: number | undefined, port: number): void {
    this.#name(client, descriptor, port);
    client.ordinal = this.#data.refuses ? 2 ** 31 + (this.#refused += 1) : Atomics.add(this.#ordinals, 0, 1) + 1;
    this.#add(client);
    this.#writeFor(client.slot, KINDS.ACCEPT, client.ordinal, client.address);
  }

  /**
   * An accept thread has accepted a client, and will put it into the queue of the pool.
   *
   * @param descriptor - descriptor of the client
   * @param full - whether the thread has to wait for a place first
   */
  puts(descriptor: number, full: boolean): void {
    const slot = Math.min(descriptor, NO_SLOT);
    this.write(KINDS.ACCEPT, slot, this.#items + 1, slot << 16);
    if (full) this.write(KINDS.ENTER, slot, CALL_CODES.put, 0);
    this.publish();
  }

  /** The client of {@link ThreadTrace.puts} is about to be in the queue. */
  put(descriptor: number, length: number): void {
    this.write(KINDS.PUT, Math.min(descriptor, NO_SLOT), this.#items, length);
    this.#items += 1;
    this.publish();
  }

  /**
   * A pool thread has taken a client out of the queue.
   *
   * @param client - the client
   * @param descriptor - its descriptor
   * @param item - number of the item in the queue, from 0
   * @param waitedMs - time in the queue
   */
  taken(client: TracedClient, descriptor: number, item: number, waitedMs: number): void {
    this.#name(client, descriptor, 0);
    client.ordinal = item + 1;
    this.#add(client);
    this.#items = item + 1;
    this.#writeFor(client.slot, KINDS.TAKE, client.ordinal - 1, waitedMs);
  }

  /** The selector watches a client for something else. */
  watched({ slot }: TracedClient, interest: number): void {
    this.#writeFor(slot, KINDS.WATCH, interest, 0);
  }

  /** Bytes have arrived, or the end (0); the session takes them now. */
  received({ slot }: TracedClient, bytes: number, asked: number): void {
    this.#writeFor(slot, KINDS.RECV, bytes, asked);
  }

  /** A `recv` found nothing. */
  foundNothing({ slot }: TracedClient, asked: number): void {
    this.#writeFor(slot, KINDS.RECV, WOULD_BLOCK, asked);
  }

  /** The kernel took bytes. */
  sent({ slot }: TracedClient, bytes: number, offered: number): void {
    this.#writeFor(slot, KINDS.SEND, bytes, offered);
  }

  /** A slice of computing is over, and brought no result yet. */
  works({ slot }: TracedClient): void {
    this.#writeFor(slot, KINDS.WORK, 0, 0);
  }

  /** The connection is broken. */
  broken({ slot }: TracedClient): void {
    this.#writeFor(slot, KINDS.BROKEN, 0, 0);
  }

  /** The time limit of the phase has passed. */
  expired({ slot, phase }: TracedClient): void {
    this.#writeFor(slot, KINDS.EXPIRE, this.#data.phases.indexOf(phase), 0);
  }

  /** A verb that may write notes is performed for this client. */
  begin({ slot }: TracedClient): void {
    this.#slot = slot;
  }

  /** The connection is about to be closed. */
  closed(client: TracedClient, outcome: string | undefined): void {
    const { slot, exchanges, address } = client;
    this.#writeFor(slot, KINDS.CLOSE, outcome === undefined ? 0 : this.#data.outcomes.indexOf(outcome) + 1, exchanges);
    // Another client may get the slot; events that still come for this one are not written.
    client.slot = NO_SLOT;
    if (this.#clients[slot] === undefined) return;
    this.#clients[slot] = undefined;
    this.#count -= 1;
    if (address >>> 16 === NO_SLOT) this.#freeSlots.push(slot);
  }

  /** Node's event loop calls back. */
  calledBack({ slot }: TracedClient, bytes: number): void {
    this.#writeFor(slot, KINDS.CALLBACK, bytes, 0);
  }

  /** The thread waits at the gate, or has passed it. */
  gate(passage: number, heldMs: number): void {
    this.readClock();
    this.write(KINDS.GATE, NO_SLOT, passage, heldMs);
    this.publish();
  }

  /** Returns a slot for a client without a descriptor. */
  #freeSlot(): number {
    return this.#freeSlots.pop() ?? Math.min(this.#clients.length, NO_SLOT);
  }

  /** Writes a snapshot if the reader wants one. */
  answerReader(): void {
    const { wanted } = this;
    if (wanted === this.#snapshots) return;
    this.#snapshots = wanted;
    this.writeSnapshot();
    this.publish();
  }

  /** Describes all clients. */
  writeSnapshot(): void {
    if (this.exact) this.readClock();
    this.write(KINDS.SNAP_BEGIN, NO_SLOT, this.#count, this.#items === 0 ? this.#turn : this.#items);
    let described = 0;
    for (const client of this.#clients) {
      if (client === undefined || client.slot === NO_SLOT) continue;
      this.#describe(client);
      described += 1;
    }
    this.write(KINDS.SNAP_END, NO_SLOT, described, 0);
    this.#eventsAtSnapshot = this.count;
  }

  /** From time to time a snapshot, so that the ring always has one; and when the reader wants it. */
  #considerSnapshot(): void {
    this.answerReader();
    const events = (this.count - this.#eventsAtSnapshot) | 0;
    if (events > this.capacity >> 1 && events > 16 * this.#count) this.writeSnapshot();
  }

  #describe(client: TracedClient): void {
    const { slot, ordinal, phase, interest, exchanges, address } = client;
    const { received = 0, sent = 0, notes = [] } = client.describe() ?? {};
    const note = (name: string): readonly number[] | undefined =>
      notes.find(([index]) => this.#data.notes[index] === name)?.slice(1);
    const [asked, counted, refused] = [note('asked'), note('counted'), note('refused')];
    const standing =
      this.#data.phases.indexOf(phase) |
      (Math.min(received, 255) << 8) |
      (interest << 16) |
      (asked === undefined ? 0 : 1 << 18) |
      (counted === undefined ? 0 : 1 << 19) |
      (-(refused?.[0] ?? 0) << 24);
    this.write(KINDS.SNAP, slot, ordinal, standing);
    this.write(KINDS.SNAP_ASKED, slot, asked?.[0] ?? 0, asked?.[1] ?? 0);
    this.write(KINDS.SNAP_ANSWER, slot, counted?.[0] ?? 0, sent);
    this.write(KINDS.SNAP_SOCKET, slot, address, exchanges);
  }

  #enterSelect(): void {
    // The length of a turn is worth a reading of the clock while there are few events.
    const exact = this.exact;
    this.write(KINDS.ENTER, NO_SLOT, CALL_CODES.select, exact ? 1 : 0);
  }

  #name(client: TracedClient, descriptor: number | undefined, port: number): void {
    client.slot = descriptor === undefined ? this.#freeSlot() : Math.min(descriptor, NO_SLOT);
    client.address = (Math.min(descriptor ?? NO_SLOT, NO_SLOT) << 16) | port;
  }

  #add(client: TracedClient): void {
    const { slot } = client;
    if (slot === NO_SLOT) return;
    this.#clients[slot] = client;
    this.#count += 1;
  }

  #writeReady(kind: number, bitmap: Int32Array, word: number): void {
    const low = bitmap[word]!;
    const high = bitmap[word + 1]!;
    if ((low | high) === 0) return;
    bitmap[word] = bitmap[word + 1] = 0;
    this.write(kind, word >>> 1, low, high);
  }

  /** Writes an event of a client, to which notes that follow belong. */
  #writeFor(slot: number, kind: number, a: number, b: number): void {
    this.#slot = slot;
    if (slot !== NO_SLOT) this.write(kind, slot, a, b);
  }

  #writeClock(nowMs: number): void {
    this.#clockMs = nowMs;
    const us = Math.floor(nowMs * 1000 + this.offsetUs);
    this.write(KINDS.CLOCK, NO_SLOT, us | 0, Math.floor(us / 2 ** 32));
  }
}
