/**
 * A recording in memory: its events, and keyframes to go back to. Going back takes the nearest keyframe before the
 * position and folds from there.
 *
 * Events are folded when somebody wants to see what they led to. A file has keyframes of its own, so opening one folds only
 * what comes after the last of them.
 *
 * The memory is bounded: the oldest events are dropped, up to a keyframe.
 */
import { type EventBatch, eventCount, wholeTimeUs } from './batch.ts';
import { EVENT_BYTES, EVENT_WORDS } from './events.ts';
import { fold } from './fold.ts';
import type { RecordingPart } from './frames.ts';
import { initialState } from './initial-state.ts';
import { type PackedState, copyState, unpackState } from './keyframe.ts';
import type { RecordingHeader, State } from './state.ts';

/** Default bound: the bytes of the events. */
export const DEFAULT_DETAIL_BYTES = 64 * 1024 * 1024;

/** Between two keyframes there are at least this many events, and this much time. */
const KEYFRAME_EVENTS = 2048;
const KEYFRAME_US = 1_000_000;

/** More keyframes than this are thinned out. */
const MAX_KEYFRAMES = 400;

/** Options of a {@link Recording}. */
export interface RecordingOptions {
  /** Most bytes of events to keep; default {@link DEFAULT_DETAIL_BYTES}. */
  readonly detailBytes?: number;
}

interface Piece {
  /** Position of its first event. */
  readonly from: number;
  readonly batch: EventBatch;
}

/** A state that can be gone back to. */
interface Keyframe {
  readonly position: number;
  readonly step: number;
  readonly realUs: number;
  /** Returns a copy of the state. */
  readonly state: () => State;
}

/** Events of a server, as far as they are kept, and its state at each of them. */
export class Recording {
  readonly header: RecordingHeader;
  readonly #detailBytes: number;
  #pieces: Piece[] = [];
  #keyframes: Keyframe[];
  /** The state after the events that were folded; those after them wait until somebody wants to see it. */
  #state: State;
  #end = 0;
  /** Position of the first event of each step, as far as it is known: steps between keyframes of a file are found when needed. */
  readonly #steps = new Map<number, number>();
  #bytes = 0;

  /** @param header - the first part of the recording */
  constructor(header: RecordingHeader, options: RecordingOptions = {}) {
    this.header = header;
    this.#detailBytes = options.detailBytes ?? DEFAULT_DETAIL_BYTES;
    this.#state = initialState(header.server);
    this.#keyframes = [keyframeOf(this.#state)];
  }

  /** The state after the last event. Later events change it: copy what is kept. */
  get state(): State {
    this.#catchUp();
    return this.#state;
  }

  /** Number of events, with those that were dropped. */
  get end(): number {
    return this.#end;
  }

  /** The first position that {@link Recording.stateAt} can go back to. */
  get begin(): number {
    return this.#keyframes[0]!.position;
  }

  /** Number of the first step that can be gone back to. */
  get firstStep(): number {
    return this.#keyframes[0]!.step;
  }

  /** Number of the last step. */
  get lastStep(): number {
    return this.state.step;
  }

  /** Adds a part of a recording, in order. */
  add(part: RecordingPart): void {
    if (part.type === 'events') this.addEvents(part.batch);
    else if (part.type === 'keyframe') this.#addKeyframe(part.packed);
  }

  /** Adds events. */
  addEvents(batch: EventBatch): void {
    const count = eventCount(batch);
    if (count === 0) return;
    this.#pieces.push({ from: this.#end, batch });
    this.#end += count;
    this.#bytes += count * EVENT_BYTES;
    if (this.#bytes <= this.#detailBytes) return;
    if (this.#keyframes.length === 1) this.#catchUp();
    while (this.#bytes > this.#detailBytes && this.#keyframes.length > 1) this.#drop();
  }

  /**
   * Returns the state after the first events.
   *
   * @param position - number of events; limited to {@link Recording.begin} and {@link Recording.end}
   */
  stateAt(position: number): State {
    const wanted = Math.min(this.end, Math.max(this.begin, position));
    const state = this.#keyframes.findLast((one) => one.position <= wanted)!.state();
    this.#foldUpTo(state, wanted);
    return state;
  }

  /** Returns the state at the end of a step; limited to the steps that are kept. */
  stateAtStep(step: number): State {
    return this.stateAt(this.positionAfter(step));
  }

  /** Returns the number of events up to the end of a step. */
  positionAfter(step: number): number {
    if (step >= this.lastStep) return this.end;
    return this.#positionOf(step + 1) ?? this.begin;
  }

  /** Returns the position of the first event at or after a time, in real microseconds since the server started. */
  positionAt(realUs: number): number {
    for (const { from, batch } of this.#pieces) {
      const count = eventCount(batch);
      if (wholeTimeUs(batch.baseUs, batch.words[(count - 1) * EVENT_WORDS]!) < realUs) continue;
      for (let index = 0; index < count; index += 1) {
        if (wholeTimeUs(batch.baseUs, batch.words[index * EVENT_WORDS]!) >= realUs) return from + index;
      }
    }
    return this.end;
  }

  /** Yields the events from a position on, as far as they are kept. */
  *eventsFrom(position: number): Generator<EventBatch> {
    for (const { from, batch } of this.#pieces) {
      if (from + eventCount(batch) <= position) continue;
      const skipped = Math.max(0, position - from);
      yield { baseUs: batch.baseUs, words: batch.words.subarray(skipped * EVENT_WORDS) };
    }
  }

  /** The first keyframe of a late reader brings news. Later ones are of the same fold, and save folding. */
  #addKeyframe(packed: PackedState): void {
    const { position, step, realUs } = packed.state;
    const state = (): State => unpackState(packed, this.header.server);
    if (this.#end === 0) {
      this.#state = state();
      this.#end = position;
      this.#keyframes = [keyframeOf(this.#state)];
    } else if (position === this.#end) this.#keep({ position, step, realUs, state });
  }

  /** Folds what has come, from the last keyframe on if that is later than the state. */
  #catchUp(): void {
    if (this.#state.position === this.#end) return;
    const last = this.#keyframes.at(-1)!;
    if (last.position > this.#state.position) this.#state = last.state();
    while (this.#state.position < this.#end) {
      this.#foldUpTo(this.#state, Math.min(this.#end, this.#state.position + KEYFRAME_EVENTS), this.#noteStep);
      if (this.#state.realUs - this.#keyframes.at(-1)!.realUs >= KEYFRAME_US) this.#keep(keyframeOf(this.#state));
    }
  }

  readonly #noteStep = (step: number, position: number): void => {
    this.#steps.set(step, position);
  };

  #foldUpTo(state: State, end: number, onStep?: (step: number, position: number) => void): void {
    for (let index = this.#pieceAt(state.position); index < this.#pieces.length; index += 1) {
      if (state.position >= end) break;
      const { from, batch } = this.#pieces[index]!;
      fold(state, batch, state.position - from, Math.min(eventCount(batch), end - from), onStep);
    }
  }

  /** Index of the piece with the event at a position, by halving. */
  #pieceAt(position: number): number {
    let [low, high] = [0, this.#pieces.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { from, batch } = this.#pieces[middle]!;
      if (from + eventCount(batch) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The position of the first event of a step. If it isn't known, the events between two keyframes tell it. */
  #positionOf(step: number): number | undefined {
    if (!this.#steps.has(step)) {
      const index = this.#keyframes.findLastIndex((one) => one.step < step);
      const end = this.#keyframes[index + 1]?.position ?? this.#end;
      if (index >= 0) this.#foldUpTo(this.#keyframes[index]!.state(), end, this.#noteStep);
    }
    return this.#steps.get(step);
  }

  #keep(keyframe: Keyframe): void {
    if (keyframe.position - this.#keyframes.at(-1)!.position < KEYFRAME_EVENTS) return;
    this.#keyframes.push(keyframe);
    if (this.#keyframes.length <= MAX_KEYFRAMES) return;
    this.#keyframes = this.#keyframes.filter((_, index) => index % 2 === 0 || index === this.#keyframes.length - 1);
  }

  /** Drops the events before the second keyframe. */
  #drop(): void {
    const { firstStep } = this;
    this.#keyframes.shift();
    const dropped = this.#pieceAt(this.begin);
    for (const { batch } of this.#pieces.splice(0, dropped)) this.#bytes -= eventCount(batch) * EVENT_BYTES;
    for (let step = firstStep; step <= this.firstStep; step += 1) this.#steps.delete(step);
  }
}

function keyframeOf(state: State): Keyframe {
  const { position, step, realUs } = state;
  const kept = copyState(state);
  return { position, step, realUs, state: () => copyState(kept) };
}
