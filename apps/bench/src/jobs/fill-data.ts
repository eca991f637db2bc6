/** What the threads of `fill.ts` share. */

/** Which pass has begun, from 1 on; 0 before. Written by the main thread, waited for by the others. */
export const PASS = 0;

/** How many threads are done with it. Set to 0 by the main thread before the pass begins, then added to by the others. */
export const DONE = 1;

/** Given to each thread. */
export interface FillData {
  /** {@link PASS} and {@link DONE}. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** A table's memory for each pass. */
  readonly buffers: readonly SharedArrayBuffer[];
}
