/** What `AsyncDisposableStack` does in Node 24, for Node 22 too: it undoes what was begun, the last first. */
export class Cleanup implements AsyncDisposable {
  #undo: (() => unknown)[] = [];

  /** Adds something to do at the end. */
  defer(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /**
   * Adds something to dispose of at the end.
   *
   * @returns the same
   */
  use<T extends AsyncDisposable>(resource: T): T {
    this.defer(() => resource[Symbol.asyncDispose]());
    return resource;
  }

  /**
   * Hands everything over.
   *
   * @returns what undoes it; this one has nothing to undo any more
   */
  move(): Cleanup {
    const moved = new Cleanup();
    moved.#undo = this.#undo;
    this.#undo = [];
    return moved;
  }

  /** Undoes everything, also if some of it fails; then the first failure is thrown. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0] as Error;
  }
}
