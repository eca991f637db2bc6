/**
 * Events on their way into the recording.
 *
 * While a loop runs freely, the events of a turn that isn't over wait here, so that the newest state is always a whole turn.
 */
import { EVENT_WORDS, type EventBatch, KINDS } from '@concurrent-primes/trace';

/** Code of an event: the low bits of its second word. */
const CODE_MASK = 0x3f;

/** The code of an event in a batch. */
export function kindIn({ words }: EventBatch, index: number): number {
  return words[index * EVENT_WORDS + 1]! & CODE_MASK;
}

/** Gathers batches, and hands them on up to the last turn's begin, or all. */
export class WholeTurns {
  #waiting: EventBatch[] = [];

  /** Adds events. */
  add(batch: EventBatch): void {
    this.#waiting.push(batch);
  }

  /** Whether events wait. */
  get hasMore(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes all events. */
  takeAll(): readonly EventBatch[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }

  /** Takes the events before the last turn. */
  takeWhole(): readonly EventBatch[] {
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const batch = this.#waiting[at]!;
      for (let index = batch.words.length / EVENT_WORDS - 1; index >= 0; index--) {
        if (kindIn(batch, index) !== KINDS.TURN) continue;
        const words = index * EVENT_WORDS;
        const whole = [...this.#waiting.slice(0, at), { ...batch, words: batch.words.subarray(0, words) }];
        this.#waiting = [{ ...batch, words: batch.words.subarray(words) }, ...this.#waiting.slice(at + 1)];
        return whole;
      }
    }
    return [];
  }
}
