/**
 * Reads the rings of all threads and merges their events into one order, with whole times.
 *
 * The order follows the clock, which all threads share; events of one thread keep their order. A `TAKE` comes after the
 * `PUT` of the same item: the accept thread publishes the `PUT` before the item is in the queue, and its ring is read last.
 */
import { type EventBatch, wholeTimeUs } from './batch.ts';
import { EVENT_WORDS, KINDS, MAIN_THREAD, NO_SLOT, codeOf, eventHead } from './events.ts';
import { RingReader } from './ring.ts';

/** A ring, and the number of its thread. */
export interface ThreadRing {
  readonly thread: number;
  readonly memory: SharedArrayBuffer;
  /** Whether this thread puts clients into the queue of a pool. */
  readonly puts?: boolean;
}

/** Events that are read although their thread has too many: enough to tell which client a pool thread has, and why it blocks. */
const TAIL_EVENTS = 64;

/** Events of a batch lie within this time. */
const BATCH_SPAN_US = 2 ** 30;

/** One thread's events on their way into a batch. */
interface Source {
  readonly ring: RingReader;
  readonly thread: number;
  readonly puts: boolean;
  /** Time of the last event that was read. */
  timeUs: number;
}

/** Events of one source, with whole times. */
interface Timed {
  readonly words: Int32Array;
  readonly times: Float64Array;
}

/** Merges the events of a server's threads. Only the main thread has one. */
export class TraceReader {
  readonly #sources: Source[];
  readonly #nowUs: () => number;
  /** Time of the last read. */
  #readUs = 0;
  /** Events of the main thread since the last read. */
  #own: { readonly timeUs: number; readonly kind: number; readonly a: number; readonly b: number }[] = [];

  /**
   * @param rings - the rings of the threads
   * @param nowUs - the clock of the events: microseconds since the server started
   */
  constructor(rings: readonly ThreadRing[], nowUs: () => number) {
    this.#nowUs = nowUs;
    const sources = rings.map(({ thread, memory, puts = false }): Source => {
      return { ring: new RingReader(memory), thread, puts, timeUs: 0 };
    });
    // The one that puts is read last.
    this.#sources = [...sources.filter(({ puts }) => !puts), ...sources.filter(({ puts }) => puts)];
  }

  /** Adds an event of the main thread. */
  note(kind: number, a: number, b: number): void {
    this.#own.push({ timeUs: Math.floor(this.#nowUs()), kind, a, b });
  }

  /** Asks every thread for a snapshot; each writes one when it next has the occasion. */
  askForSnapshots(): void {
    for (const { ring } of this.#sources) ring.askForSnapshot();
  }

  /** Leaves out the events so far, but for the last ones of each thread. */
  passOver(): void {
    for (const { ring } of this.#sources) ring.passOver(TAIL_EVENTS);
  }

  /** Returns the events since the last call, in order. */
  read(): EventBatch[] {
    const read = this.#sources.map((source) => this.#readSource(source));
    const own = this.#readOwn();
    this.#readUs = Math.floor(this.#nowUs());
    orderTakes(read);
    // For equal times: the main thread first, then the one that puts.
    return batchesOf(merge([own, ...read.reverse()]));
  }

  #readOwn(): Timed {
    const own = this.#own;
    this.#own = [];
    const words = new Int32Array(own.length * EVENT_WORDS);
    own.forEach(({ timeUs, kind, a, b }, index) => {
      words.set([timeUs | 0, eventHead(kind, MAIN_THREAD, NO_SLOT), a, b], index * EVENT_WORDS);
    });
    return { words, times: Float64Array.from(own, ({ timeUs }) => timeUs) };
  }

  #readSource(source: Source): Timed {
    const { lost, passedOver, words: read } = source.ring.read();
    const nowUs = Math.floor(this.#nowUs());
    let words = read;
    if (lost > 0) {
      // From the last event that was read up to the first one that is here nothing is known.
      const head = eventHead(KINDS.LOST, source.thread, NO_SLOT);
      const beginUs = Math.max(source.timeUs, this.#readUs);
      words = new Int32Array(read.length + 2 * EVENT_WORDS);
      const why = passedOver === lost ? 1 : 0;
      words.set([beginUs | 0, head, lost, why, read[0] ?? nowUs | 0, head, 0, why]);
      words.set(read, 2 * EVENT_WORDS);
    }
    const times = new Float64Array(words.length / EVENT_WORDS);
    for (let index = 0; index < times.length; index += 1) {
      const at = index * EVENT_WORDS;
      let timeUs: number;
      if (codeOf(words[at + 1]!) === KINDS.CLOCK) timeUs = (words[at + 3]! >>> 0) * 2 ** 32 + (words[at + 2]! >>> 0);
      // Right up to 71 minutes ago; a CLOCK event comes after longer pauses.
      else if (source.timeUs === 0 || (lost > 0 && index === 1)) timeUs = nowUs - ((nowUs - words[at]!) >>> 0);
      else timeUs = wholeTimeUs(source.timeUs, words[at]!);
      times[index] = source.timeUs = Math.max(source.timeUs, timeUs);
    }
    return { words, times };
  }
}

/** Clocks of threads differ by a microsecond or so: no client is taken before it was put. */
function orderTakes(read: readonly Timed[]): void {
  const putTimes = new Map<number, number>();
  for (const { words, times } of read) {
    times.forEach((timeUs, index) => {
      if (codeOf(words[index * EVENT_WORDS + 1]!) === KINDS.PUT) putTimes.set(words[index * EVENT_WORDS + 2]!, timeUs);
    });
  }
  if (putTimes.size === 0) return;
  for (const { words, times } of read) {
    let leastUs = 0;
    times.forEach((timeUs, index) => {
      const at = index * EVENT_WORDS;
      if (codeOf(words[at + 1]!) === KINDS.TAKE) leastUs = Math.max(leastUs, putTimes.get(words[at + 2]!) ?? 0);
      if (timeUs < leastUs) times[index] = leastUs;
    });
  }
}

/** Merges by time; for equal times, earlier lists come first. */
function merge(lists: readonly Timed[]): Timed {
  const filled = lists.filter(({ times }) => times.length > 0);
  if (filled.length === 1) return filled[0]!;
  const total = filled.reduce((sum, { times }) => sum + times.length, 0);
  const words = new Int32Array(total * EVENT_WORDS);
  const times = new Float64Array(total);
  const next = filled.map(() => 0);
  for (let index = 0; index < total; index += 1) {
    let first = -1;
    let firstUs = Infinity;
    for (let list = 0; list < filled.length; list += 1) {
      const timeUs = filled[list]!.times[next[list]!];
      if (timeUs === undefined || timeUs >= firstUs) continue;
      first = list;
      firstUs = timeUs;
    }
    const at = next[first]! * EVENT_WORDS;
    next[first]! += 1;
    times[index] = firstUs;
    words.set(filled[first]!.words.subarray(at, at + EVENT_WORDS), index * EVENT_WORDS);
  }
  return { words, times };
}

/** Cuts events into batches, and writes the merged times into them. */
function batchesOf({ words, times }: Timed): EventBatch[] {
  const batches: EventBatch[] = [];
  for (let from = 0; from < times.length;) {
    const baseUs = Math.floor(times[from]!);
    let to = from;
    while (to < times.length && times[to]! - baseUs < BATCH_SPAN_US) {
      words[to * EVENT_WORDS] = times[to]! | 0;
      to += 1;
    }
    batches.push({ baseUs, words: words.subarray(from * EVENT_WORDS, to * EVENT_WORDS) });
    from = to;
  }
  return batches;
}
