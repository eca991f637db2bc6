/** Events written by hand, for tests and for looking at the page without a server. */
import {
  CALLS,
  type CallName,
  encodeEvents,
  type EventBatch,
  type EventName,
  NO_SLOT,
  type ServerInfo,
  type TraceEvent,
} from '@concurrent-primes/trace';

/** Collects events; the time is set by the caller. */
export class EventWriter {
  readonly events: TraceEvent[] = [];
  /** Microseconds since the server started. */
  timeUs = 0;

  /** Adds an event. */
  write(name: EventName, thread: number, slot = NO_SLOT, a = 0, b = 0): void {
    this.events.push({ name, timeUs: this.timeUs, thread, slot, a, b });
  }

  /** Adds the begin of a call that may block. */
  enter(call: CallName, thread: number, slot = NO_SLOT, bytes = 0): void {
    this.write('ENTER', thread, slot, CALLS.indexOf(call), bytes);
  }

  /** Adds the words of a ready set. */
  ready(name: 'IN' | 'OUT', thread: number, slots: readonly number[]): void {
    const words = new Map<number, [low: number, high: number]>();
    for (const slot of slots) {
      const word = words.get(slot >> 6) ?? [0, 0];
      word[(slot >> 5) & 1]! |= 1 << (slot & 31);
      words.set(slot >> 6, word);
    }
    for (const [index, [low, high]] of [...words].sort(([one], [other]) => one - other)) {
      this.write(name, thread, index, low, high);
    }
  }

  /** All events as a batch. */
  get batch(): EventBatch {
    return encodeEvents(this.events);
  }
}

const COMMON = {
  host: '127.0.0.1',
  port: 65432,
  phases: [
    { name: 'request', timeoutMs: 10_000 },
    { name: 'answer', timeoutMs: 10_000 },
    { name: 'sum', timeoutMs: 10_000 },
    { name: 'idle', timeoutMs: 10_000 },
    { name: 'farewell', timeoutMs: 1000 },
  ],
  outcomes: ['served', 'wrong-sum', 'no-sum', 'probe', 'early-end', 'too-slow', 'refused-busy'],
} as const;

/** A loop over a selector. */
export function loopServer(quantumBytes = 4, name = 'select', loops = 1): ServerInfo {
  return {
    ...COMMON,
    architecture: 'loop',
    name,
    threads: Array.from({ length: loops }, (_, index) => ({ index, name: `loop ${index + 1}`, role: 'loop' })),
    options: { quantumBytes, loops },
  };
}

/** A pool. */
export function poolServer(threads: number, queueCapacity: number): ServerInfo {
  return {
    ...COMMON,
    architecture: 'pool',
    name: 'pool',
    threads: [
      { index: 0, name: 'accept', role: 'accept' },
      ...Array.from(
        { length: threads },
        (_, index) => ({ index: index + 1, name: `T${index + 1}`, role: 'pool' }) as const,
      ),
    ],
    options: { threads, queueCapacity, backlog: 128 },
  };
}

/** Node's event loop. */
export function netServer(): ServerInfo {
  return {
    ...COMMON,
    architecture: 'net',
    name: 'net',
    threads: [{ index: 0, name: 'event loop', role: 'net' }],
    options: {},
  };
}
