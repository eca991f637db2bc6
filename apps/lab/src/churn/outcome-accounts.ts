/**
 * Double entry: the clients record each exchange that they made, the server reports at its end what it counted, and both
 * must agree.
 *
 * Some exchanges may rightly be counted in one of two ways (a reset destroys what was sent before it, or comes too late
 * to). So exchanges are put into classes, each with the outcomes that are right for it, and the question is whether the
 * server's counts can be distributed over the classes. They can exactly if the totals are equal and, for every set of
 * outcomes, the exchanges that have no outcome outside of the set are no more than the set's count (P. Hall's theorem,
 * 1935, on systems of distinct representatives).
 */
import { OUTCOMES, type Outcome } from '@concurrent-primes/conformance';

/** What a server reports when it has stopped. */
export interface ServerSummary {
  readonly connections: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
}

/** The summary of a server that didn't report one. */
export const NOTHING_COUNTED: ServerSummary = { connections: 0, outcomes: new Map() };

/**
 * Finds the summary in a server's log.
 *
 * @throws Error if there is none, or if it has an outcome that is not in the specification
 */
export function readSummary(log: string): ServerSummary {
  const match = /stopped after (\d+) connections(.*)$/m.exec(log);
  if (match === null) throw new Error(`the log must end with a summary, got ${log.slice(-500)}`);
  const outcomes = new Map<Outcome, number>();
  for (const [, name = '', count] of match[2]!.matchAll(/, (\S+) (\d+)/g)) {
    const outcome = OUTCOMES.find((known) => known === name);
    if (outcome === undefined) throw new Error(`the summary must name outcomes of the protocol, got ${name}`);
    outcomes.set(outcome, Number(count));
  }
  return { connections: Number(match[1]), outcomes };
}

/** What the clients have done. */
export class OutcomeAccounts {
  connections = 0;
  /** The number of exchanges by the set of outcomes that are right for them; a set is a bit mask. */
  readonly #classes = new Map<number, number>();

  /** Records an exchange. */
  enter(outcomes: readonly Outcome[], times = 1): void {
    const mask = outcomes.reduce((bits, name) => bits | (1 << OUTCOMES.indexOf(name)), 0);
    this.#classes.set(mask, (this.#classes.get(mask) ?? 0) + times);
  }

  /** Compares with the server's summary: one line for each disagreement. */
  disagreements(summary: ServerSummary): string[] {
    const found: string[] = [];
    if (summary.connections !== this.connections) {
      found.push(`expected ${this.connections} connections, the server counted ${summary.connections}`);
    }
    const all = 2 ** OUTCOMES.length - 1;
    const [total, counted] = [this.#within(all), countOf(summary, all)];
    if (counted !== total) found.push(`expected ${total} exchanges, the server counted ${counted}`);
    const short = this.#smallestShortSet(summary, all);
    if (short !== undefined) {
      const names = OUTCOMES.filter((_, bit) => (short >> bit) & 1).join(' or ');
      const [least, got] = [this.#within(short), countOf(summary, short)];
      found.push(`expected at least ${least} exchanges that end as ${names}, the server counted ${got}`);
    }
    return found;
  }

  /** The number of exchanges that have no right outcome outside of a set. */
  #within(set: number): number {
    let sum = 0;
    for (const [mask, times] of this.#classes) if ((mask & ~set) === 0) sum += times;
    return sum;
  }

  #smallestShortSet(summary: ServerSummary, all: number): number | undefined {
    let smallest: number | undefined;
    for (let set = 1; set <= all; set += 1) {
      if (smallest !== undefined && sizeOf(set) >= sizeOf(smallest)) continue;
      if (countOf(summary, set) < this.#within(set)) smallest = set;
    }
    return smallest;
  }
}

function countOf({ outcomes }: ServerSummary, set: number): number {
  return OUTCOMES.reduce((sum, name, bit) => sum + ((set >> bit) & 1 ? (outcomes.get(name) ?? 0) : 0), 0);
}

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) size += 1;
  return size;
}
