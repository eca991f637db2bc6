/** What the two threads of `hand-over.ts` share. */
export interface HandOverData {
  /** Memory of the queue. */
  readonly queue: SharedArrayBuffer;
  readonly capacity: number;
  /** When each item was taken, in nanoseconds of the system's monotonic clock. Written by the taker. */
  readonly takenNs: BigInt64Array<SharedArrayBuffer>;
  /** Word 0: how many items were taken. Written by the taker. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}
