/**
 * Double entry: the clients enter each exchange as they made it, the server says in the end what it counted, and both
 * must agree.
 *
 * Some exchanges may rightly be counted in one of two ways (a reset destroys what was sent before it, or comes too late
 * to). So there are classes of exchanges, each with the outcomes that are right for it, and the question is whether the
 * server's counts can be dealt out to the classes. They can exactly when the totals are equal and, for every set of
 * outcomes, the exchanges that have no outcome outside of the set are no more than the set's count (P. Hall's theorem,
 * 1935, on systems of distinct representatives).
 */
import { OUTCOMES, type Outcome } from '../../packages/fixtures/src/outcomes.ts';

/** What a server says of itself when it has stopped. */
export interface Summary {
  readonly connections: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
}

/** The summary of a server that has not come so far. */
export const NOTHING_COUNTED: Summary = { connections: 0, outcomes: new Map() };

/**
 * Finds the line in a server's log that sums up its life.
 *
 * @throws Error when there is none, or when it has an outcome that is not in the specification.
 */
export function readSummary(log: string): Summary {
  const match = /stopped after (\d+) connections(.*)$/m.exec(log);
  if (match === null) throw new Error(`the log must end with a summary, got ${log.slice(-500)}`);
  const outcomes = new Map<Outcome, number>();
  for (const [, name = '', count] of match[2]!.matchAll(/, (\S+) (\d+)/g)) {
    if (!isOutcome(name)) throw new Error(`the summary must name outcomes of the protocol, got ${name}`);
    outcomes.set(name, Number(count));
  }
  return { connections: Number(match[1]), outcomes };
}

/** What the clients have done. */
export class Accounts {
  connections = 0;
  /** How many exchanges may rightly be counted as one of a set of outcomes; the set as a bit mask. */
  readonly #classes = new Map<number, number>();

  /** Enters an exchange, as the outcomes that are right for it. */
  enter(outcomes: readonly Outcome[], times = 1): void {
    const mask = maskOf(outcomes);
    this.#classes.set(mask, (this.#classes.get(mask) ?? 0) + times);
  }

  /** Compares with the server's side: one line for each disagreement, none when all is right. */
  disagreements(summary: Summary): string[] {
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

  /** How many exchanges have no right outcome outside of a set. */
  #within(set: number): number {
    let sum = 0;
    for (const [mask, times] of this.#classes) if ((mask & ~set) === 0) sum += times;
    return sum;
  }

  #smallestShortSet(summary: Summary, all: number): number | undefined {
    let smallest: number | undefined;
    for (let set = 1; set <= all; set += 1) {
      if (smallest !== undefined && sizeOf(set) >= sizeOf(smallest)) continue;
      if (countOf(summary, set) < this.#within(set)) smallest = set;
    }
    return smallest;
  }
}

function countOf({ outcomes }: Summary, set: number): number {
  let sum = 0;
  OUTCOMES.forEach((name, bit) => {
    if ((set >> bit) & 1) sum += outcomes.get(name) ?? 0;
  });
  return sum;
}

function maskOf(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((mask, name) => mask | (1 << OUTCOMES.indexOf(name)), 0);
}

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) size += 1;
  return size;
}

function isOutcome(name: string): name is Outcome {
  return (OUTCOMES as readonly string[]).includes(name);
}
