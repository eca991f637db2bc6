/** One event on its way into a state. */
export interface FoldedEvent {
  kind: number;
  thread: number;
  slot: number;
  /** The two numbers, signed. */
  a: number;
  b: number;
}
