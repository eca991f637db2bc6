/** Messages between the main thread and the threads of a run. */
import type { SelectorKind } from '@concurrent-primes/sockets';
import type { LoopResult, TimedSample } from './load-loop.ts';
import type { LoadPlan } from './load-plan.ts';
import type { ThreadPart } from './plan-parts.ts';

/** What a thread starts with. */
export interface ThreadData {
  readonly plan: LoadPlan;
  readonly part: ThreadPart;
  /** Numeric address of the plan's host. */
  readonly host: string;
  readonly selector: SelectorKind;
  /** Index {@link STOP} becomes 1 to stop the thread. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Whether this thread reports the CPU time, which is that of the whole process. */
  readonly countsCpu: boolean;
}

/** What a thread sends. `refused`: nothing listens on the port. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sample'; readonly sample: TimedSample }
  | { readonly kind: 'result'; readonly result: LoopResult }
  | { readonly kind: 'refused'; readonly message: string };

/** Starts the load at a time of {@link sharedClockMs}. */
export interface StartMessage {
  readonly startMs: number;
}

/** Index of the control word: the main thread writes it once, all threads read it with each sample. */
export const STOP = 0;

/** A monotonic clock that is the same in all threads, in milliseconds. */
export function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
