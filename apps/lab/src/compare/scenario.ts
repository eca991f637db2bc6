/**
 * A scenario: who comes, what they ask, and for how long. It is a small JSON file, the built-in ones like a user's own.
 *
 * Clients come in groups, and the figures of each group are kept apart: that is how a mouse's wait can be seen beside a
 * giant. The first group is the one that the report watches. Misbehaving clients are a share of a group, and are never
 * counted with the good ones.
 */
import type { IntervalDistribution } from '@concurrent-primes/load';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Fields, fieldsOf } from './fields.ts';

/** Some clients that are alike. */
export interface Group {
  /** In the report: `mice`. */
  readonly name: string;
  /** Connections at once, the misbehaving ones among them. */
  readonly clients: number;
  /** Requests that fall due in a second, whatever the server does; undefined: each client asks again when it is done. */
  readonly rate: number | undefined;
  readonly intervals: IntervalDistribution;
  /** Many requests on one connection, or one on each. */
  readonly keepAlive: boolean;
  /** Whether answers are compared byte by byte with our own sieve; otherwise only N, order and bounds are checked. */
  readonly verify: boolean;
  /** Misbehaving clients: the share of each, by their names in the zoo. */
  readonly with: Readonly<Record<string, number>>;
}

/** What is done to each server. */
export interface Scenario {
  readonly name: string;
  /** What happens, in a line. */
  readonly title: string;
  /** What can be learned from it, in a few sentences. */
  readonly teaches: string;
  /** Servers when nothing else is said, as `--servers` takes them. */
  readonly servers: string;
  /** How often each server has its turn. */
  readonly rounds: number;
  /** Measured time of one turn. */
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** Arguments that our own servers get, such as `--table full`. */
  readonly serverArgs: readonly string[];
  /** At least one; the first is watched. */
  readonly groups: readonly Group[];
}

/** From the source and from dist alike. */
const FOLDER = fileURLToPath(new URL('../../src/compare/scenarios/', import.meta.url));
const EXTENSION = '.json';

const INTERVAL_KINDS = ['step', 'fixed', 'uniform', 'zipf', 'mix'];
/** More than descriptors and local ports usually allow. */
const MAX_CLIENTS = 20_000;
const MAX_ROUNDS = 100;
const MAX_SECONDS = 3600;

/** The names of the built-in scenarios, in the order in which they are best read. */
export function scenarioNames(): string[] {
  const names = readdirSync(FOLDER).map((file) => file.slice(0, -EXTENSION.length));
  const order = ['lecture', 'churn', 'giants-and-mice', 'slow-network', 'attack', 'crowd'];
  return names.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

/**
 * A built-in scenario.
 *
 * @param name - one of {@link scenarioNames}
 * @returns undefined if there is none
 */
export function findScenario(name: string): Scenario | undefined {
  if (!scenarioNames().includes(name)) return undefined;
  return parseScenario(JSON.parse(readFileSync(`${FOLDER}${name}${EXTENSION}`, 'utf8')));
}

/**
 * Reads a scenario.
 *
 * @param json - what the file says
 * @throws TypeError that says which field must be what, and what it is
 */
export function parseScenario(json: unknown): Scenario {
  const fields = fieldsOf('scenario', json);
  const scenario: Scenario = {
    name: fields.text('name'),
    title: fields.text('title'),
    teaches: fields.text('teaches', ''),
    servers: fields.text('servers', 'select,epoll,pool:5,net'),
    rounds: fields.integer('rounds', 1, MAX_ROUNDS, 3),
    seconds: fields.number('seconds', 0.1, MAX_SECONDS, 1.5),
    warmupSeconds: fields.number('warmupSeconds', 0, MAX_SECONDS, 0.5),
    serverArgs: fields.list('serverArgs', [], (arg, path) => {
      if (typeof arg !== 'string') throw new TypeError(`${path}: must be a text, is ${JSON.stringify(arg)}`);
      return arg;
    }),
    groups: fields.list('groups', undefined, (group, path) => parseGroup(fieldsOf(path, group))),
  };
  fields.refuseOthers();
  const names = scenario.groups.map(({ name }) => name);
  if (names.length === 0 || new Set(names).size < names.length) {
    throw new TypeError(`scenario.groups: must be at least one, with names of their own, are ${names.join(', ')}`);
  }
  return scenario;
}

function parseGroup(fields: Fields): Group {
  const group: Group = {
    name: fields.text('name'),
    clients: fields.integer('clients', 1, MAX_CLIENTS),
    rate: fields.has('rate') ? fields.number('rate', 0.1, 1e6) : undefined,
    intervals: fields.object('intervals', parseIntervals),
    keepAlive: fields.boolean('keepAlive', false),
    verify: fields.boolean('verify', true),
    with: fields.has('with') ? fields.object('with', parseShares) : {},
  };
  fields.refuseOthers();
  return group;
}

/** What each kind needs beside its name, the engine itself checks when it makes its plan. */
function parseIntervals(fields: Fields): IntervalDistribution {
  fields.choice('kind', INTERVAL_KINDS);
  return fields.all() as unknown as IntervalDistribution;
}

function parseShares(fields: Fields): Record<string, number> {
  const shares = Object.fromEntries(
    Object.keys(fields.all()).map((name) => [name, fields.number(name, 0.0001, 0.9999)]),
  );
  const all = Object.values(shares).reduce((sum, share) => sum + share, 0);
  if (all >= 1) throw new TypeError(`${fields.path}: shares must leave room for good clients, they are ${all} in all`);
  return shares;
}
