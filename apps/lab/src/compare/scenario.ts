/**
 * A scenario: which clients connect, what they request, and for how long. It is a small JSON file, whether built in or
 * written by the user.
 *
 * Clients come in groups, each with metrics of its own, so that a mouse's wait can be seen beside a giant. The report
 * watches the first group. Misbehaving clients are a share of a group, and don't count in its metrics.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IntervalDistribution } from '@concurrent-primes/load';
import * as v from 'valibot';

/** Usual limits of descriptors and local ports are below this. */
const MAX_CLIENTS = 20_000;
const MAX_ROUNDS = 100;
const MAX_SECONDS = 3600;

function number(min: number, max: number) {
  const requirement = `a number from ${min} to ${max}`;
  return v.pipe(v.number(requirement), v.minValue(min, requirement), v.maxValue(max, requirement));
}

function wholeNumber(min: number, max: number) {
  const requirement = `a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(requirement),
    v.integer(requirement),
    v.minValue(min, requirement),
    v.maxValue(max, requirement),
  );
}

function object<Entries extends v.ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries).join(', ');
  return v.strictObject(entries, ({ expected }) =>
    expected === 'Object' ? 'an object' : expected === 'never' ? `one of the fields ${names}` : 'present',
  );
}

const TEXT = v.pipe(v.string('a text'), v.nonEmpty('a text'));
const SWITCH = v.boolean('true or false');
const INTERVAL_KINDS = ['step', 'fixed', 'uniform', 'zipf', 'mix'] as const;

/** Identical clients. */
const GROUP = object({
  /** Its name in the report, such as `mice`. */
  name: TEXT,
  /** Number of connections at the same time, including those that misbehave. */
  clients: wholeNumber(1, MAX_CLIENTS),
  /** Requests that become due in a second; without it each client sends its next request after an answer. */
  rate: v.optional(number(0.1, 1e6)),
  /** The load engine checks the other fields of a distribution. */
  intervals: v.pipe(
    v.looseObject({ kind: v.picklist(INTERVAL_KINDS, `one of ${INTERVAL_KINDS.join(', ')}`) }, 'an object'),
    v.transform((intervals) => intervals as unknown as IntervalDistribution),
  ),
  /** Whether a connection carries many requests or one. */
  keepAlive: v.optional(SWITCH, false),
  /** Whether answers are compared with our own sieve byte by byte; otherwise N, order and bounds are checked. */
  verify: v.optional(SWITCH, true),
  /** Shares of misbehaving clients, by their names in the zoo. */
  with: v.optional(
    v.pipe(
      v.record(v.string(), number(0.0001, 0.9999), 'an object'),
      v.check(
        (shares) => sumOf(shares) < 1,
        ({ input }) => `shares that leave room for good clients, sum ${sumOf(input)}`,
      ),
    ),
    {},
  ),
});

const SCENARIO = object({
  name: TEXT,
  /** What happens, in one line. */
  title: TEXT,
  /** What can be learned from it, in a few sentences. */
  teaches: v.optional(v.string('a text'), ''),
  /** Default of `--servers`. */
  servers: v.optional(TEXT, 'select,epoll,pool:5,net'),
  /** Number of turns of each server. */
  rounds: v.optional(wholeNumber(1, MAX_ROUNDS), 3),
  /** Summary time of one turn. */
  seconds: v.optional(number(0.1, MAX_SECONDS), 1.5),
  warmupSeconds: v.optional(number(0, MAX_SECONDS), 0.5),
  /** Arguments for our own servers, such as `--table full`. */
  serverArgs: v.optional(v.array(v.string('a text'), 'a list'), []),
  /** At least one; the report watches the first. */
  groups: v.pipe(
    v.array(GROUP, 'a list'),
    v.check(
      (groups) => groups.length > 0 && new Set(groups.map(({ name }) => name)).size === groups.length,
      'at least one group, each with a name of its own',
    ),
  ),
});

/** Identical clients, see {@link GROUP}. */
export type Group = Readonly<v.InferOutput<typeof GROUP>>;

/** What each server has to do, see {@link SCENARIO}. */
export type Scenario = Readonly<v.InferOutput<typeof SCENARIO>>;

/** From the source and from dist alike. */
const FOLDER = fileURLToPath(new URL('../../src/compare/scenarios/', import.meta.url));
const EXTENSION = '.json';
const READING_ORDER = ['lecture', 'reconnect', 'giants-and-mice', 'slow-network', 'attack', 'crowd'];
/** Former names of scenarios, which still work. */
const FORMER_NAMES: Readonly<Record<string, string>> = { churn: 'reconnect' };

/** The names of the built-in scenarios, in reading order. */
export function scenarioNames(): string[] {
  const names = readdirSync(FOLDER).map((file) => file.slice(0, -EXTENSION.length));
  return names.toSorted((a, b) => READING_ORDER.indexOf(a) - READING_ORDER.indexOf(b));
}

/**
 * @param name - one of {@link scenarioNames}, or a former name
 * @returns undefined if there is none
 */
export function findScenario(name: string): Scenario | undefined {
  const present = Object.hasOwn(FORMER_NAMES, name) ? FORMER_NAMES[name]! : name;
  if (!scenarioNames().includes(present)) return undefined;
  return parseScenario(JSON.parse(readFileSync(`${FOLDER}${present}${EXTENSION}`, 'utf8')));
}

/**
 * Parses a scenario and adds the defaults.
 *
 * @throws TypeError that names the field, the requirement and the value
 */
export function parseScenario(json: unknown): Scenario {
  const { success, output, issues } = v.safeParse(SCENARIO, json);
  if (success) return output;
  const [{ message, path = [], input }] = issues;
  const field = path.reduce(
    (text, { key }) => text + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`),
    'scenario',
  );
  throw new TypeError(
    `cannot use the scenario: ${field} must be ${message}, got ${input === undefined ? 'nothing' : JSON.stringify(input)}`,
  );
}

function sumOf(shares: Readonly<Record<string, number>>): number {
  return Object.values(shares).reduce((sum, share) => sum + share, 0);
}
