/** A server and its events, made up for tests. */
import type { EventName, TraceEvent } from '../events.ts';
import { NO_SLOT } from '../events.ts';
import type { RecordingHeader, ServerInfo } from '../state.ts';

/** A select server with one loop. */
export const LOOP_SERVER: ServerInfo = {
  architecture: 'loop',
  name: 'select',
  host: '127.0.0.1',
  port: 65432,
  threads: [{ index: 0, name: 'loop', role: 'loop' }],
  phases: ['idle', 'request', 'answer', 'sum', 'farewell'].map((name) => ({ name, timeoutMs: 1000 })),
  outcomes: ['served', 'wrong-sum'],
  options: { quantumBytes: 4 },
};

/** A pool with two threads and a queue for one client. */
export const POOL_SERVER: ServerInfo = {
  ...LOOP_SERVER,
  architecture: 'pool',
  name: 'pool',
  threads: [
    { index: 0, name: 'accept', role: 'accept' },
    { index: 1, name: 'pool-1', role: 'pool' },
    { index: 2, name: 'pool-2', role: 'pool' },
  ],
  options: { threads: 2, queueCapacity: 1 },
};

export const HEADER: RecordingHeader = {
  format: 'concurrent-primes/recording@1',
  server: LOOP_SERVER,
  startedMs: 1_700_000_000_000,
  versions: { node: '24' },
  machine: { processors: 2 },
};

/** Makes an event of thread 0 without a client. */
export function event(name: EventName, timeUs: number, parts: Partial<TraceEvent> = {}): TraceEvent {
  return { name, timeUs, thread: 0, slot: NO_SLOT, a: 0, b: 0, ...parts };
}

/** One client with [100, 103] (N = 2: 101, 103) and a quantum of one integer: seven turns. */
export function conversation(): TraceEvent[] {
  let timeUs = 1000;
  const at = (name: EventName, parts: Partial<TraceEvent> = {}): TraceEvent => event(name, (timeUs += 10), parts);
  const turn = (number: number, flags = 0): TraceEvent => at('TURN', { slot: flags, a: number, b: 4 });
  const client = (name: EventName, a = 0, b = 0): TraceEvent => at(name, { slot: 30, a, b });
  const readable = (): TraceEvent => at('IN', { slot: 0, a: 2 ** 30 });
  const writable = (): TraceEvent => at('OUT', { slot: 0, a: 2 ** 30 });
  const select = (): TraceEvent => at('ENTER', { a: 1, b: 1 });
  return [
    ...[select(), turn(1, 1), client('ACCEPT', 1, (30 << 16) | 4711), select()],
    ...[turn(2), readable(), client('RECV', 3, 8), select()],
    ...[turn(3), readable(), client('RECV', 5, 5), client('ASKED', 100, 103), client('COUNTED', 2)],
    ...[client('SEND', 4, 4), client('WATCH', 2), select()],
    ...[turn(4), writable(), client('SEND', 4, 4), select()],
    ...[turn(5), writable(), client('SEND', 4, 4), client('WATCH', 1), select()],
    ...[turn(6), readable(), client('RECV', 8, 16), client('SUM', 1), select()],
    ...[turn(7), readable(), client('RECV', 0, 8), client('CLOSE', 1, 1), select()],
  ];
}
