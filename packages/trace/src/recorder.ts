/** Writes a recording: it gathers events into frames, compresses them, and hands them on in order. */
import type { EventBatch } from './batch.ts';
import { MAGIC, compressFrame, eventsFrame, headerFrame, keyframe } from './frames.ts';
import type { RecordingHeader, State } from './state.ts';

/** A frame is written when it has this many bytes: reading many small ones takes longer. */
const FRAME_BYTES = 1024 * 1024;

/** A keyframe pays once there are this many events since the one before: until then folding them is as fast as reading it. */
const KEYFRAME_EVENTS = 2048;

/** Events of one frame lie within this time. */
const FRAME_SPAN_US = 2 ** 29;

/** Options of a {@link Recorder}. */
export interface RecorderOptions {
  /** Whether frames are compressed; default true. */
  readonly compress?: boolean;
}

/** Writes the events of a server, or of a load. */
export class Recorder {
  readonly #sink: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly #compress: boolean;
  #gathered: EventBatch[] = [];
  #gatheredBytes = 0;
  #keyframeAt = 0;
  #written: Promise<void> = Promise.resolve();

  /**
   * @param header - the first part of the recording
   * @param sink - takes the bytes of the recording, in order
   * @param options - see {@link RecorderOptions}
   */
  constructor(header: RecordingHeader, sink: (bytes: Uint8Array<ArrayBuffer>) => void, options: RecorderOptions = {}) {
    this.#sink = sink;
    this.#compress = options.compress ?? true;
    sink(MAGIC.slice());
    this.#write(headerFrame(header));
  }

  /** Adds events. They are written when there are enough of them, or by {@link Recorder.flush}. */
  add(batch: EventBatch): void {
    const first = this.#gathered[0];
    if (first !== undefined && batch.baseUs - first.baseUs > FRAME_SPAN_US) this.#writeGathered();
    this.#gathered.push(batch);
    this.#gatheredBytes += batch.words.byteLength;
    if (this.#gatheredBytes >= FRAME_BYTES) this.#writeGathered();
  }

  /** Adds the state after all events so far: readers can begin here. */
  addKeyframe(state: State): void {
    this.#keyframeAt = state.position;
    this.addFrame(keyframe(state));
  }

  /**
   * Writes all events so far, so that little is missing if the writer dies; and the state after them, if there are many.
   *
   * @param state - the state after all events so far
   */
  mark(state: State): void {
    if (state.position - this.#keyframeAt >= KEYFRAME_EVENTS) this.addKeyframe(state);
    else this.#writeGathered();
  }

  /** Adds a frame that was made before, such as a keyframe of then. */
  addFrame(frame: Uint8Array<ArrayBuffer>): void {
    this.#writeGathered();
    this.#write(frame);
  }

  /** Writes all events so far, and resolves when the sink has them. */
  async flush(): Promise<void> {
    this.#writeGathered();
    await this.#written;
  }

  #writeGathered(): void {
    const [first] = this.#gathered;
    if (first === undefined) return;
    const words = new Int32Array(this.#gatheredBytes / Int32Array.BYTES_PER_ELEMENT);
    let at = 0;
    for (const batch of this.#gathered) {
      words.set(batch.words, at);
      at += batch.words.length;
    }
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#write(eventsFrame({ baseUs: first.baseUs, words }));
  }

  #write(frame: Uint8Array<ArrayBuffer>): void {
    const bytes = this.#compress ? compressFrame(frame) : frame;
    this.#written = this.#written.then(async () => {
      this.#sink(await bytes);
    });
    // `flush` reports it.
    this.#written.catch(() => undefined);
  }
}
