/** What the main thread and the threads of a run say to each other. */
import type { SelectorKind } from '@concurrent-primes/sockets';
import type { LoopResult, NumberedSample } from './loop.ts';
import type { ThreadPart } from './plan.ts';
import type { LoadPlan } from './types.ts';

/** What a thread is given. */
export interface ThreadData {
  readonly plan: LoadPlan;
  readonly part: ThreadPart;
  /** Numeric address of the plan's host. */
  readonly host: string;
  readonly selector: SelectorKind;
  /** Index {@link STOP} is set to 1 to stop it. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Whether this one tells the CPU time, which is that of the whole process. */
  readonly countsCpu: boolean;
}

/** What a thread says. `refused`: nobody listened when it came. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sample'; readonly sample: NumberedSample }
  | { readonly kind: 'result'; readonly result: LoopResult }
  | { readonly kind: 'refused'; readonly message: string };

/** When the load begins, by {@link sharedClockMs}. */
export interface StartMessage {
  readonly startMs: number;
}

/** Index of the control word: written by the main thread once, read by all with each sample. */
export const STOP = 0;

/** A monotonic clock that all threads share, in milliseconds. */
export function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
