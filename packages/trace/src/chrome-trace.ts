/**
 * A recording in Chrome's trace event format, for Perfetto and chrome://tracing.
 *
 * Each thread of the server is a track: turns, callbacks and served clients are slices, with the calls inside them. A call
 * that may block has its true length; others last from the event before to their own, since events say when a call has
 * returned. A client is a flow from its `accept` by the queue and its thread to its `close`.
 *
 * The format: "Trace Event Format", Google, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
import { decodeEvents } from './batch.ts';
import { CALLS, type EventName, MAIN_THREAD, NO_SLOT, THREAD_ROLES, type TraceEvent } from './events.ts';
import type { Recording } from './recording.ts';
import { threadInfo } from './initial-state.ts';
import { clientName, type ServerInfo, type State, type ThreadInfo } from './state.ts';

/** One event of the format; times are microseconds. */
export interface ChromeEvent {
  /** `X` slice, `M` metadata, `C` counter, `b` and `e` span across threads, `s`, `t` and `f` flow. */
  readonly ph: 'X' | 'M' | 'C' | 'b' | 'e' | 's' | 't' | 'f';
  readonly name: string;
  readonly cat?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, string | number>>;
}

/** The whole file. */
export interface ChromeTrace {
  readonly traceEvents: readonly ChromeEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string | number>>;
}

const PID = 1;

/** Calls whose events end what `ENTER` began. */
const RETURNS: Readonly<Partial<Record<EventName, string>>> = {
  ACCEPT: 'accept',
  RECV: 'recv',
  SEND: 'send',
  PUT: 'put',
  TAKE: 'take',
};

/** Returns a recording in Chrome's trace event format, as far back as its events are kept. */
export function chromeTrace(recording: Recording): ChromeTrace {
  const { server, versions, machine } = recording.header;
  const begin = recording.stateAt(recording.begin);
  const writer = new TraceWriter(server, begin);
  for (const batch of recording.eventsFrom(recording.begin)) {
    for (const event of decodeEvents(batch)) writer.add(event);
  }
  return {
    traceEvents: writer.end(),
    displayTimeUnit: 'ms',
    otherData: { server: server.name, options: JSON.stringify(server.options), ...versions, ...plain(machine) },
  };
}

function plain(values: object): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (one): one is [string, string | number] => typeof one[1] === 'string' || typeof one[1] === 'number',
    ),
  );
}

/** A slice that isn't over. */
interface Open {
  readonly name: string;
  readonly ts: number;
  readonly args?: Readonly<Record<string, string | number>>;
}

/** What happens in one thread. */
interface Track {
  readonly tid: number;
  lastUs: number;
  /** A turn, a callback, or the client that a thread serves. */
  outer: Open | undefined;
  /** A call that has not returned. */
  call: (Open & { readonly call: string }) | undefined;
  readonly clients: Map<number, number>;
  ready: { readonly ts: number; readable: number; writable: number } | undefined;
}

class TraceWriter {
  readonly #events: ChromeEvent[] = [];
  readonly #tracks: Track[] = [];
  readonly #isPool: boolean;
  readonly #queued = new Set<number>();
  #connected = 0;
  #lastUs: number;

  constructor(server: ServerInfo, { threads, clients, realUs: beginUs }: State) {
    this.#isPool = server.architecture === 'pool';
    this.#lastUs = beginUs;
    this.#meta('process_name', 0, `${server.name} server`);
    for (const { info } of threads) this.#addTrack(info, beginUs);
    for (const { thread, slot, ordinal, place } of clients.values()) {
      if (place === 'gone') continue;
      this.#tracks[thread]?.clients.set(slot, ordinal);
      this.#connected += 1;
    }
  }

  #addTrack({ index, name }: ThreadInfo, lastUs: number): void {
    const tid = index + 1;
    this.#tracks.push({ tid, lastUs, outer: undefined, call: undefined, clients: new Map(), ready: undefined });
    this.#meta('thread_name', tid, name);
    this.#events.push({ ph: 'M', name: 'thread_sort_index', pid: PID, tid, ts: 0, args: { sort_index: index } });
  }

  /** Adds the next event. */
  add(event: TraceEvent): void {
    this.#lastUs = Math.max(this.#lastUs, event.timeUs);
    if (event.thread === MAIN_THREAD) {
      if (event.name === 'BACKLOG') this.#count('backlog', event.timeUs, { connections: event.a });
      return;
    }
    if (event.name === 'THREAD') {
      const role = THREAD_ROLES[event.a];
      const isNext = event.thread === this.#tracks.length;
      if (role !== undefined && isNext) this.#addTrack(threadInfo(event.thread, role, event.b), event.timeUs);
      return;
    }
    const track = this.#tracks[event.thread];
    if (track === undefined) return;
    // Clocks of two readings may differ by less than a microsecond: time never goes back in a track.
    const timeUs = Math.max(track.lastUs, event.timeUs);
    this.#addTo(track, { ...event, timeUs });
    track.lastUs = timeUs;
  }

  /** Ends what isn't over, and returns all events. */
  end(): ChromeEvent[] {
    for (const track of this.#tracks) {
      const timeUs = Math.max(track.lastUs, this.#lastUs);
      this.#endCall(track, timeUs);
      this.#endOuter(track, timeUs);
    }
    for (const ordinal of this.#queued) this.#span('e', ordinal, this.#lastUs);
    return this.#events;
  }

  #addTo(track: Track, event: TraceEvent): void {
    const { name, timeUs, slot, a, b } = event;
    if (name === 'IN' || name === 'OUT') {
      const bits = bitsOf(a) + bitsOf(b);
      if (track.ready !== undefined) track.ready[name === 'IN' ? 'readable' : 'writable'] += bits;
      return;
    }
    if (track.ready !== undefined) {
      const { ts, readable, writable } = track.ready;
      this.#count('ready sockets', ts, { readable, writable });
      track.ready = undefined;
    }
    switch (name) {
      case 'TURN':
        this.#endCall(track, timeUs);
        this.#endOuter(track, timeUs);
        track.outer = { name: `turn ${a}`, ts: timeUs };
        track.ready = { ts: timeUs, readable: 0, writable: 0 };
        return;
      case 'CALLBACK':
        this.#endCall(track, timeUs);
        this.#endOuter(track, timeUs);
        track.outer = { name: `callback ${this.#nameOf(track, slot)}`, ts: timeUs };
        return;
      case 'ENTER':
        this.#enter(track, event);
        return;
      case 'WATCH':
      case 'CLOCK':
      case 'SNAP':
      case 'SNAP_ASKED':
      case 'SNAP_ANSWER':
      case 'SNAP_SOCKET':
      case 'SNAP_BEGIN':
      case 'SNAP_END':
        if (name === 'SNAP') track.clients.set(slot, a);
        return;
      default:
        this.#returned(track, event);
    }
  }

  #enter(track: Track, { timeUs, slot, a, b }: TraceEvent): void {
    this.#endCall(track, timeUs);
    const call = CALLS[a] ?? 'none';
    if (call === 'select') this.#endOuter(track, timeUs);
    const client = slot === NO_SLOT ? '' : ` ${this.#nameOf(track, slot)}`;
    track.call = {
      call,
      name: `${call}${client}`,
      ts: timeUs,
      ...(b > 0 && call !== 'select' && { args: { asked: b } }),
    };
  }

  /** A call has returned, or something else has happened that takes no time of its own. */
  #returned(track: Track, event: TraceEvent): void {
    const { name, timeUs, slot, a } = event;
    const began = track.call;
    if (name === 'ACCEPT') track.clients.set(slot, a);
    if (name === 'TAKE') track.clients.set(slot, a + 1);
    const call = RETURNS[name];
    const ts = began !== undefined && began.call === call ? began.ts : track.lastUs;
    if (began?.call === call) track.call = undefined;
    else this.#endCall(track, timeUs);
    // A thread that arrives at the gate begins nothing; what it passes then is the time that it was held.
    if (name === 'GATE' && a !== 0) return;
    const client = slot === NO_SLOT ? '' : ` ${this.#nameOf(track, slot)}`;
    const text = name === 'GATE' ? 'held' : (call ?? name.toLowerCase());
    const args = argumentsOf(event);
    const fromUs = Math.max(ts, track.outer?.ts ?? 0);
    this.#slice(track, { name: `${text}${client}`, ts: fromUs, ...(args && { args }) }, timeUs);
    this.#follow(track, event, fromUs);
  }

  /** Flows, spans and counters of a client. */
  #follow(track: Track, { name, timeUs, slot, a, b }: TraceEvent, fromUs: number): void {
    const ordinal = track.clients.get(slot);
    if (ordinal === undefined) return;
    switch (name) {
      case 'ACCEPT':
        this.#connected += 1;
        this.#count('clients', timeUs, { connected: this.#connected });
        this.#flow('s', track, ordinal, fromUs);
        return;
      case 'PUT':
        this.#queued.add(ordinal);
        this.#span('b', ordinal, timeUs);
        this.#count('queue', timeUs, { length: b });
        return;
      case 'TAKE':
        if (this.#queued.delete(a + 1)) this.#span('e', a + 1, timeUs);
        this.#count('queue', timeUs, { length: this.#queued.size });
        // Bound to the slice that begins now.
        this.#flow('t', track, ordinal, timeUs);
        if (this.#isPool) track.outer = { name: `serves ${clientName(ordinal)}`, ts: timeUs };
        return;
      case 'CLOSE':
        this.#connected -= 1;
        this.#count('clients', timeUs, { connected: this.#connected });
        this.#flow('f', track, ordinal, fromUs);
        track.clients.delete(slot);
        if (this.#isPool) this.#endOuter(track, timeUs);
        return;
      default:
    }
  }

  #nameOf(track: Track, slot: number): string {
    const ordinal = track.clients.get(slot);
    return ordinal === undefined ? `slot ${slot}` : clientName(ordinal);
  }

  #endCall(track: Track, timeUs: number): void {
    if (track.call !== undefined) this.#slice(track, track.call, timeUs);
    track.call = undefined;
  }

  #endOuter(track: Track, timeUs: number): void {
    if (track.outer !== undefined) this.#slice(track, track.outer, timeUs);
    track.outer = undefined;
  }

  #slice({ tid }: Track, { name, ts, args }: Open, endUs: number): void {
    this.#events.push({ ph: 'X', name, cat: 'server', pid: PID, tid, ts, dur: endUs - ts, ...(args && { args }) });
  }

  #flow(ph: 's' | 't' | 'f', { tid }: Track, id: number, ts: number): void {
    const end = ph === 's' ? {} : { bp: 'e' as const };
    this.#events.push({ ph, name: 'client', cat: 'client', id, pid: PID, tid, ts, ...end });
  }

  #span(ph: 'b' | 'e', id: number, ts: number): void {
    this.#events.push({ ph, name: `${clientName(id)} in the queue`, cat: 'queue', id, pid: PID, tid: 0, ts });
  }

  #count(name: string, ts: number, args: Readonly<Record<string, number>>): void {
    this.#events.push({ ph: 'C', name, pid: PID, tid: 0, ts, args });
  }

  #meta(name: string, tid: number, value: string): void {
    this.#events.push({ ph: 'M', name, pid: PID, tid, ts: 0, args: { name: value } });
  }
}

function argumentsOf({ name, a, b }: TraceEvent): Readonly<Record<string, number>> | undefined {
  switch (name) {
    case 'RECV':
      return { bytes: a, asked: b };
    case 'SEND':
      return { bytes: a, offered: b };
    case 'ASKED':
      return { a: a | 0, b: b | 0 };
    case 'COUNTED':
      return { N: a };
    default:
      return undefined;
  }
}

function bitsOf(word: number): number {
  let bits = 0;
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}
