/** Callbacks for later, in a binary heap whose root is the next one. It has no clock. */

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Timers of one thread. */
export class Timers {
  readonly #heap: Timer[] = [];

  /** When the next timer is due; Infinity if there is none. */
  get nextMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  /** Adds a timer. */
  add(atMs: number, run: () => void): void {
    const heap = this.#heap;
    let at = heap.length;
    for (let parent = (at - 1) >> 1; at > 0 && heap[parent]!.atMs > atMs; parent = (at - 1) >> 1) {
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = { atMs, run };
  }

  /** Runs the timers that are due, in order, including those that they add. */
  run(nowMs: number): void {
    while (this.nextMs <= nowMs) this.#take().run();
  }

  #take(): Timer {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
      if (child >= heap.length || heap[child]!.atMs >= last.atMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
