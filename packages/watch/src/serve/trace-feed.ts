/**
 * The one reader of a server's events. It hands them to all listeners: pages and files.
 *
 * While nobody listens it reads nothing, so a server that isn't watched costs its main thread no time. It folds the events
 * itself, so that a late listener begins with the state of that moment.
 *
 * A busy server writes more events than anybody can see, and reading all of them would take processor time from it. Then,
 * if no listener needs all of them, the feed takes samples: once a second a snapshot and the turns after it.
 */
import {
  actCount,
  type EventBatch,
  fold,
  initialState,
  keyframe,
  type RecordingHeader,
  type State,
} from '@concurrent-primes/trace';
import type { WatchedTrace } from './watchable.ts';

/** Time between two readings: about two frames of a screen. */
const READ_EVERY_MS = 33;
/** Time between two marks: a listener that writes can let go of what it has gathered. */
const MARK_EVERY_MS = 1000;

/** A server that writes more events a second than this is sampled. Turns that people follow have far fewer. */
const MOST_PER_SECOND = 20_000;
/** A short burst is shown whole: only after this many busy readings in a row. */
const BUSY_READINGS = 8;
/** Time between two samples. At this speed nobody reads faster, and each drawing takes processor time from the server. */
const SAMPLE_EVERY_MS = 1000;
/** Length of a sample: a turn or two of a busy loop. Each further millisecond takes one or two from the server. */
const SAMPLE_MS = 16;

/** Events that are kept for {@link TraceFeed.recent}: in two parts of this many bytes, of which the older one is dropped. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** Events that were read lately, and the state before them. */
interface KeptPart {
  /** As a frame; undefined at the beginning of the server. */
  readonly begin: Uint8Array<ArrayBuffer> | undefined;
  readonly batches: EventBatch[];
  bytes: number;
}

/** Someone who watches. */
export interface FeedListener {
  /** Whether it must have every event, as a recording must; default: samples of a busy server are enough. */
  readonly needsAll?: boolean;
  /** Begins: what is known now. The state is of this moment; later events change it. */
  begin(header: RecordingHeader, state: State): void;
  /** Events have come. */
  add(batch: EventBatch): void;
  /** A second with events has passed; the state is that after all of them. */
  mark?(state: State): void;
}

/** Reads the events of one server, as long as there is a listener. */
export class TraceFeed {
  readonly #trace: WatchedTrace;
  readonly #listeners = new Set<FeedListener>();
  readonly #state: State;
  #older: KeptPart | undefined;
  #newer: KeptPart = { begin: undefined, batches: [], bytes: 0 };
  #timer: NodeJS.Timeout | undefined;
  #markedAt = 0;
  #markedPosition = 0;
  /** Readings in a row with too many events to show. */
  #busyReadings = 0;
  #readAt = 0;
  /** When the snapshot of the next sample was asked for; undefined between two samples. */
  #askedAt: number | undefined;

  /** @param trace - events of the server; nobody else may read them */
  constructor(trace: WatchedTrace) {
    this.#trace = trace;
    this.#state = initialState(trace.header.server);
  }

  /** What the server is. */
  get header(): RecordingHeader {
    return this.#trace.header;
  }

  /** The state after all events that were read. */
  get state(): State {
    return this.#state;
  }

  /** Whether somebody listens. */
  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  /**
   * Begins to listen.
   *
   * @returns ends it
   */
  listen(listener: FeedListener): () => void {
    this.read();
    listener.begin(this.header, this.#state);
    this.#listeners.add(listener);
    this.#trace.askForSnapshots();
    this.#timer ??= setInterval(() => {
      if (this.#isSampling) this.#sample();
      else this.read();
    }, READ_EVERY_MS).unref();
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /**
   * Reads what has happened, and returns the last of it.
   *
   * @returns a keyframe and the events after it, or all events from the beginning
   */
  recent(): { readonly keyframe: Uint8Array<ArrayBuffer> | undefined; readonly batches: readonly EventBatch[] } {
    this.read();
    const { begin, batches } = this.#older ?? this.#newer;
    return { keyframe: begin, batches: this.#older === undefined ? batches : [...batches, ...this.#newer.batches] };
  }

  /** Whether the server is too fast to show all of it, and nobody needs all. */
  get #isSampling(): boolean {
    return this.#busyReadings >= BUSY_READINGS && ![...this.#listeners].some(({ needsAll }) => needsAll);
  }

  /** Takes a sample, if it is time to: asks for a snapshot, and a little later reads it and what came after it. */
  #sample(): void {
    const now = performance.now();
    if (this.#askedAt !== undefined || now - this.#readAt < SAMPLE_EVERY_MS) return;
    this.#trace.passOver();
    this.#trace.askForSnapshots();
    this.#askedAt = now;
    setTimeout(() => {
      this.read();
      this.#askedAt = undefined;
    }, SAMPLE_MS).unref();
  }

  /** Counts readings in a row with too many events. In a sample the time begins when its snapshot was asked for. */
  #noteRate(events: number, now: number): void {
    const passedMs = now - (this.#askedAt ?? this.#readAt);
    this.#readAt = now;
    this.#busyReadings = events > (MOST_PER_SECOND * passedMs) / 1000 ? this.#busyReadings + 1 : 0;
  }

  /** Reads what has happened, and tells all listeners. */
  read(): void {
    const batches = this.#trace.read();
    const now = performance.now();
    this.#noteRate(
      batches.reduce((sum, batch) => sum + actCount(batch), 0),
      now,
    );
    for (const batch of batches) {
      this.#keep(batch);
      fold(this.#state, batch);
      for (const listener of this.#listeners) listener.add(batch);
    }
    if (now - this.#markedAt < MARK_EVERY_MS || this.#markedPosition === this.#state.position) return;
    this.#markedAt = now;
    this.#markedPosition = this.#state.position;
    for (const listener of this.#listeners) listener.mark?.(this.#state);
  }

  #keep(batch: EventBatch): void {
    if (this.#newer.bytes > KEPT_BYTES) {
      this.#older = this.#newer;
      this.#newer = { begin: keyframe(this.#state), batches: [], bytes: 0 };
    }
    this.#newer.batches.push(batch);
    this.#newer.bytes += batch.words.byteLength;
  }
}
