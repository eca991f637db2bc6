/**
 * Turns the system calls of anyone's server into the events of our servers, so that the same page shows it.
 *
 * Calls are kept until they have shown how the server serves ({@link StyleFinder}). Then they are followed from the first
 * one on: which threads, processes and descriptors there are ({@link TracedProcesses}), and what that means for each
 * lane: of a loop ({@link TracedLoops}), or of a thread that blocks ({@link TracedPool}).
 */
import { type EventBatch, type EventName, MAIN_THREAD, NO_SLOT } from '@concurrent-primes/trace';
import { descriptorIn } from './call-arguments.ts';
import { CallOrder } from './call-order.ts';
import { emitClose, emitReceive, emitSend, ServedConnections } from './served-connection.ts';
import { ONE_THREAD, type ServingStyle, StyleFinder } from './serving-style.ts';
import type { SystemCall } from './strace-lines.ts';
import { ACCEPTS, RECEIVES, SELECTORS, SENDS } from './traced-calls.ts';
import { TracedEvents } from './traced-events.ts';
import { TracedLoops } from './traced-loops.ts';
import { type TracedLanes, TracedPool } from './traced-pool.ts';
import { TracedProcesses } from './traced-processes.ts';

/** Follows a server by its system calls. */
export class TracedServer {
  readonly #order = new CallOrder();
  readonly #finder = new StyleFinder();
  readonly #before: SystemCall[] = [];
  #known: { readonly style: ServingStyle; readonly translation: Translation } | undefined;
  #startedUs: number | undefined;

  /** How the server serves; undefined until it has shown that. */
  get style(): ServingStyle | undefined {
    return this.#known?.style;
  }

  /** When the first call began, in microseconds since 1970. */
  get startedUs(): number {
    return this.#startedUs ?? 0;
  }

  /** Takes calls in the order of strace's output. */
  take(calls: readonly SystemCall[]): void {
    for (const call of calls.flatMap((one) => this.#order.take(one))) {
      this.#startedUs ??= call.timeUs;
      if (this.#known !== undefined) this.#known.translation.take(call);
      else {
        this.#before.push(call);
        const style = this.#finder.take(call);
        if (style !== undefined) this.#begin(style);
      }
    }
  }

  /** Takes it that the server serves one client at a time: it has not shown anything else in time. */
  assumeOneThread(): void {
    if (this.#known === undefined) this.#begin(ONE_THREAD);
  }

  /** Adds an event that no call tells. */
  note(name: EventName, a: number, b: number, nowUs: number): void {
    this.#known?.translation.events.emit(name, nowUs, MAIN_THREAD, NO_SLOT, a, b);
  }

  /** Returns the events since the last call. */
  read(): EventBatch[] {
    return this.#known?.translation.events.read() ?? [];
  }

  #begin(style: ServingStyle): void {
    const translation = new Translation(style, this.startedUs);
    this.#known = { style, translation };
    for (const call of this.#before.splice(0)) translation.take(call);
  }
}

/** From calls to events, once it is known how the server serves. */
class Translation {
  readonly events: TracedEvents;
  readonly #processes = new TracedProcesses();
  readonly #served = new ServedConnections();
  readonly #lanes: TracedLanes;

  constructor({ architecture, acceptsItself }: ServingStyle, startedUs: number) {
    this.events = new TracedEvents(startedUs);
    this.#lanes =
      architecture === 'loop'
        ? new TracedLoops(this.events, this.#processes, this.#served)
        : new TracedPool(this.events, this.#processes, this.#served, acceptsItself);
  }

  take(call: SystemCall): void {
    const { tid, name, phase, timeUs, args } = call;
    const { accepted, ended = [], endedThread } = this.#processes.follow(call);
    for (const connection of ended) {
      const served = this.#served.get(connection);
      if (served === undefined) continue;
      emitClose(this.events, served, timeUs);
      this.#served.remove(served);
    }
    if (endedThread !== undefined) this.events.end(endedThread);
    if (accepted !== undefined) this.#lanes.accepted(call, accepted);
    else if (name in SELECTORS) this.#lanes.selector(call);
    else if (name === 'epoll_ctl' && phase === 'end') this.#lanes.watch(call);
    else if (ACCEPTS.has(name) && phase === 'begin') this.#enterAccept(call);
    else if (RECEIVES.has(name) || SENDS.has(name)) {
      const served = this.#served.get(this.#processes.connection(tid, descriptorIn(args)));
      if (served === undefined) return;
      this.#lanes.touch(call, served);
      if (RECEIVES.has(name)) emitReceive(this.events, call, served);
      else emitSend(this.events, call, served);
    }
  }

  #enterAccept(call: SystemCall): void {
    if (this.#processes.isListener(call.tid, descriptorIn(call.args))) this.#lanes.enterAccept(call);
  }
}
