/**
 * What the threads of a server measure, for metrics: bytes, histograms, and the call that each thread is in.
 *
 *     SharedArrayBuffer for each thread, of doubles; written by this thread alone, read by the main thread at any time
 *     [0] state      0 before the thread serves and after it has ended; otherwise 1 + the code of the call it is in
 *     [1] bytesSent  bytes that the kernel took
 *     [2] ...        the histograms, in the order of `HISTOGRAM_BOUNDS`: a count for each bound, the count of the values
 *                    above all bounds, and the sum of all values
 *
 * With one writer, plain stores suffice: nothing is ever lost, and no thread waits for another one. Processors store an
 * aligned double as a whole. The reader may see a count before its sum, as with any histogram that is read while it grows.
 * Recording a value costs a search in a short list and two stores, and allocates nothing.
 */
import { CALLS, CALL_CODES, type CallName } from '@concurrent-primes/trace';
import type { OwnThreadRole } from './server-trace.ts';

/** Upper bounds for times, in seconds: from one turn of a loop to the longest time limits. */
const SECONDS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50,
];

/** Upper bounds for numbers of descriptors. */
const DESCRIPTORS: readonly number[] = [0, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000];

/** The histograms, with the upper bounds of their buckets; the last bucket has none. */
export const HISTOGRAM_BOUNDS = {
  /** From the first byte of a request to the end of its exchange, of requests that were answered. */
  exchangeSeconds: SECONDS,
  /** From the first byte of a request until the kernel took the first byte of its answer. */
  firstByteSeconds: SECONDS,
  /** Time that accepted clients waited for a thread. */
  queuedSeconds: SECONDS,
  /** Descriptors that were ready in a turn of a loop. */
  readyDescriptors: DESCRIPTORS,
} as const;

/** Name of a histogram. */
export type HistogramName = keyof typeof HISTOGRAM_BOUNDS;

const HISTOGRAM_NAMES = Object.keys(HISTOGRAM_BOUNDS) as readonly HistogramName[];

const STATE = 0;
const BYTES_SENT = 1;
const HISTOGRAMS = 2;

/** A bucket for each bound, one more for greater values, and the sum. */
const EXTRA_WORDS = 2;

const OFFSETS = offsetsOf(HISTOGRAMS);
const WORDS = HISTOGRAM_NAMES.reduce((words, name) => words + wordsOf(name), HISTOGRAMS);

/** What a thread does: it is in a call that may block, or it runs. */
export type ThreadState = Exclude<CallName, 'none'> | 'running';

/** What the threads of each role can do. */
const STATES_OF: Readonly<Record<OwnThreadRole, readonly ThreadState[]>> = {
  loop: ['running', 'select'],
  net: ['running', 'select'],
  accept: ['running', 'accept', 'put'],
  pool: ['running', 'take', 'recv', 'send'],
};

/** A histogram at one moment. */
export interface HistogramReading {
  /** Upper bounds of all buckets but the last. */
  readonly bounds: readonly number[];
  /** Number of values in each bucket, without those of lower buckets. */
  readonly counts: readonly number[];
  /** Sum of all values. */
  readonly sum: number;
}

/** What all threads of a server have measured until one moment. */
export interface MeterReading {
  /** Bytes that the kernel took. */
  readonly bytesSent: number;
  readonly histograms: Readonly<Record<HistogramName, HistogramReading>>;
  /** Whether threads make turns: their `readyDescriptors` are those of a selector. */
  readonly turns: boolean;
  /** Number of threads in each state that threads of their roles can be in. */
  readonly threads: Readonly<Partial<Record<ThreadState, number>>>;
}

/** Records values of one histogram. */
export class HistogramWriter {
  readonly #words: Float64Array;
  readonly #bounds: readonly number[];
  readonly #offset: number;
  readonly #sum: number;

  /** @param words - memory of the thread */
  constructor(words: Float64Array, name: HistogramName) {
    this.#words = words;
    this.#bounds = HISTOGRAM_BOUNDS[name];
    this.#offset = OFFSETS[name];
    this.#sum = this.#offset + this.#bounds.length + 1;
  }

  /** Records one value. */
  add(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
    this.#words[this.#offset + bucket]! += 1;
    this.#words[this.#sum]! += value;
  }
}

/** One thread's measurements; only this thread may call its methods. */
export class Meter {
  /** Shared memory for {@link readMeters}. */
  readonly memory: SharedArrayBuffer;
  readonly exchangeSeconds: HistogramWriter;
  readonly firstByteSeconds: HistogramWriter;
  readonly queuedSeconds: HistogramWriter;
  readonly readyDescriptors: HistogramWriter;
  readonly #words: Float64Array;

  /** @param memory - memory from the main thread; default: new memory */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(WORDS * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#words = new Float64Array(memory);
    this.exchangeSeconds = new HistogramWriter(this.#words, 'exchangeSeconds');
    this.firstByteSeconds = new HistogramWriter(this.#words, 'firstByteSeconds');
    this.queuedSeconds = new HistogramWriter(this.#words, 'queuedSeconds');
    this.readyDescriptors = new HistogramWriter(this.#words, 'readyDescriptors');
  }

  /** The kernel took bytes. */
  sent(bytes: number): void {
    this.#words[BYTES_SENT]! += bytes;
  }

  /** The thread enters a call that may block; `none`: it runs. */
  enter(call: CallName): void {
    this.#words[STATE] = 1 + CALL_CODES[call];
  }

  /** The thread ends. */
  end(): void {
    this.#words[STATE] = 0;
  }
}

/**
 * Adds up what threads have measured.
 *
 * @param threads - role and memory of each
 */
export function readMeters(
  threads: readonly { readonly role: OwnThreadRole; readonly memory: SharedArrayBuffer }[],
): MeterReading {
  const views = threads.map(({ memory }) => new Float64Array(memory));
  const total = (word: number): number => views.reduce((sum, words) => sum + words[word]!, 0);
  const histogram = (name: HistogramName): HistogramReading => {
    const bounds = HISTOGRAM_BOUNDS[name];
    const counts = Array.from({ length: bounds.length + 1 }, (_, bucket) => total(OFFSETS[name] + bucket));
    return { bounds, counts, sum: total(OFFSETS[name] + counts.length) };
  };
  const states: Partial<Record<ThreadState, number>> = {};
  for (const state of threads.flatMap(({ role }) => STATES_OF[role])) states[state] = 0;
  for (const words of views) {
    const call = words[STATE] === 0 ? undefined : CALLS[words[STATE]! - 1];
    const state = call === 'none' ? 'running' : call;
    if (state !== undefined) states[state] = (states[state] ?? 0) + 1;
  }
  return {
    bytesSent: total(BYTES_SENT),
    histograms: Object.fromEntries(HISTOGRAM_NAMES.map((name) => [name, histogram(name)])) as Record<
      HistogramName,
      HistogramReading
    >,
    turns: threads.some(({ role }) => role === 'loop'),
    threads: states,
  };
}

function wordsOf(name: HistogramName): number {
  return HISTOGRAM_BOUNDS[name].length + EXTRA_WORDS;
}

/** Returns where each histogram begins. */
function offsetsOf(first: number): Readonly<Record<HistogramName, number>> {
  let next = first;
  const entries = HISTOGRAM_NAMES.map((name): [HistogramName, number] => {
    const offset = next;
    next += wordsOf(name);
    return [name, offset];
  });
  return Object.fromEntries(entries) as Record<HistogramName, number>;
}
