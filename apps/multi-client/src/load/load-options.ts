/** The load options: any of them makes the command measure instead of listing clients. */
import type { Interval } from '@concurrent-primes/client';
import { wholeNumber } from '@concurrent-primes/harness/terminal';
import {
  checkPlan,
  type Condition,
  type LoadModel,
  type LoadPlan,
  type MisbehavingShare,
} from '@concurrent-primes/load';
import { MISBEHAVING } from '@concurrent-primes/zoo';
import { type Command, Option } from 'commander';
import {
  distributionOf,
  type IntervalKind,
  type MixPart,
  parseDuration,
  parseGoal,
  parseIntervalKind,
  parseMisbehaving,
  parseMixPart,
  parseRamp,
  parseRate,
  parseThreshold,
  parseTime,
} from './option-values.ts';

/** A run under load. */
export interface LoadSettings {
  /** Without `verify`, which takes time to prepare. */
  readonly plan: LoadPlan;
  readonly verify: boolean;
  /** The condition that the highest rate must hold; undefined: one run. */
  readonly goal: Condition | undefined;
  /** Conditions that must not hold. */
  readonly failIf: readonly Condition[];
  readonly csvPath: string | undefined;
  readonly hgrmPath: string | undefined;
}

/** The options that both kinds of run have. */
export interface CommonOptions {
  readonly clients: number;
  /** The former name of `clients`. */
  readonly threads?: number;
  readonly address: string;
  readonly port: number;
  readonly step: number;
  readonly verify?: boolean;
  readonly greeting?: true;
  readonly sum: boolean;
  readonly timeout?: number;
}

interface LoadOptions extends CommonOptions {
  readonly duration?: number;
  readonly requests?: number;
  readonly warmup?: number;
  readonly rate?: number;
  readonly ramp?: LoadPlan['ramp'];
  readonly keepAlive?: true;
  readonly workers?: number;
  readonly seed?: number;
  readonly intervals?: IntervalKind;
  readonly mix?: readonly MixPart[];
  readonly with?: readonly MisbehavingShare[];
  readonly findMax?: Condition;
  readonly failIf?: readonly Condition[];
  readonly csv?: string;
  readonly hgrm?: string;
}

const LOAD_NAMES = [
  ...['duration', 'requests', 'warmup', 'rate', 'ramp', 'keepAlive', 'workers', 'seed', 'intervals', 'mix', 'with'],
  ...['findMax', 'failIf', 'csv', 'hgrm'],
];

const DEFAULT_DURATION_MS = 10_000;
const DEFAULT_WARMUP_MS = 1000;
/** For each rate of a search. */
const SEARCH_DURATION_MS = 3000;
const SEARCH_WARMUP_MS = 500;
const SEARCH_RATE = 1000;
/** In an open loop. */
const DEFAULT_CONNECTIONS = 500;

/** Adds the load options to a command. */
export function addLoadOptions(command: Command): void {
  const positive = wholeNumber(1, Number.MAX_SAFE_INTEGER);
  const group = (heading: string, ...options: readonly Option[]): void => {
    for (const option of options) command.addOption(option.helpGroup(heading).conflicts('print'));
  };
  group(
    'Load (any of these options measures instead of listing clients):',
    new Option('--duration <TIME>', 'measured time: 10, 10s, 500ms, 2m (default: 10s)').argParser(parseDuration),
    new Option(
      '--requests <N>',
      'number of measured requests; with --duration, whichever is reached first ends the run',
    ).argParser(positive),
    new Option('--warmup <TIME>', 'load before the measured time (default: 1s)').argParser(parseTime),
    new Option(
      '--rate <R>',
      'open loop: R requests a second are due, whatever the server does, on at most -t connections (default: 500)',
    ).argParser(parseRate),
    new Option('--ramp <A:B>', 'change the number of clients, or with --rate the rate, from A to B').argParser(
      parseRamp,
    ),
    new Option('--keep-alive', 'send many requests on one connection'),
    new Option('--workers <N>', 'number of threads that share the clients (default: 1)').argParser(wholeNumber(1, 256)),
    new Option('--seed <N>', 'random seed (default: 1)').argParser(wholeNumber(0, 2 ** 32 - 1)),
  );
  group(
    'Intervals and clients under load:',
    new Option(
      '--intervals <KIND>',
      'step (default), fixed, uniform:WIDTH or zipf:WIDTH:EXPONENT inside [MIN, MAX]',
    ).argParser(parseIntervalKind),
    new Option('--mix <SHARE=A..B>', 'share of requests that ask for [A, B]: 1%=0..2147483647; repeatable').argParser(
      parseMixPart,
    ),
    new Option(
      '--with <NAME:SHARE>',
      `share of clients that misbehave: slow-reader:10%; repeatable: ${MISBEHAVING.map(({ name }) => name).join(', ')}`,
    ).argParser(parseMisbehaving),
  );
  group(
    'Goals under load:',
    new Option(
      '--fail-if <CONDITION>',
      "exit with 3 if the condition holds: 'p99>50ms', 'errors>0.1%'; repeatable",
    ).argParser(parseThreshold),
    new Option('--find-max <GOAL>', "find the highest rate at which the goal holds: 'p99<20ms'").argParser(parseGoal),
  );
  group(
    'Files of a run under load:',
    new Option('--csv <FILE>', 'write a line for each second, and one for requests that end after the measured time'),
    new Option('--hgrm <FILE>', "write all percentiles of the latency in HdrHistogram's format"),
  );
}

/**
 * Reads the load options.
 *
 * @param command - parsed
 * @param interval - MIN and MAX
 * @returns undefined if no load option is given
 * @throws CommanderError after complaining
 */
export function loadSettings(command: Command, interval: Interval): LoadSettings | undefined {
  if (!LOAD_NAMES.some((name) => command.getOptionValue(name) !== undefined)) return undefined;
  const options = command.opts<LoadOptions>();
  const { findMax: goal, failIf = [], csv: csvPath, hgrm: hgrmPath, ramp, rate } = options;
  const complainIf = (isWrong: boolean, complaint: string): void => {
    if (isWrong) command.error(`error: option ${complaint}`);
  };
  const search = "'--find-max <GOAL>' cannot be used with";
  complainIf(goal !== undefined && (ramp ?? options.requests) !== undefined, `${search} '--ramp' or '--requests'`);
  complainIf(goal !== undefined && (csvPath ?? hgrmPath) !== undefined, `${search} '--csv' or '--hgrm'`);
  complainIf(goal !== undefined && failIf.length > 0, `${search} '--fail-if': it exits with 1 if no rate holds`);
  complainIf(
    options.keepAlive === true && !options.sum,
    "'--keep-alive' cannot be used with '--no-sum': the next request follows the sum",
  );
  const mostRamped = Math.max(ramp?.from ?? 0, ramp?.to ?? 0);
  complainIf(
    rate !== undefined && mostRamped > rate,
    `'--rate <R>' must be at least the ramp's ${mostRamped}, got ${rate}`,
  );
  try {
    const isGiven = options.threads !== undefined || command.getOptionValueSource('clients') !== 'default';
    const clients = isGiven ? (options.threads ?? options.clients) : undefined;
    const plan = planOf(options, interval, clients);
    checkPlan(plan);
    return { plan, verify: options.verify ?? true, goal, failIf, csvPath, hgrmPath };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return command.error(`error: ${error.message}`);
  }
}

/** @param clients - number of clients; undefined if the user did not say */
function planOf(options: LoadOptions, interval: Interval, clients: number | undefined): LoadPlan {
  const { findMax, requests, ramp } = options;
  const isSearch = findMax !== undefined;
  const defaultDurationMs = isSearch ? SEARCH_DURATION_MS : requests === undefined ? DEFAULT_DURATION_MS : undefined;
  return {
    host: options.address,
    port: options.port,
    model: modelOf(options, clients),
    threads: options.workers ?? 1,
    durationMs: options.duration ?? defaultDurationMs,
    requests,
    warmupMs: options.warmup ?? (isSearch ? SEARCH_WARMUP_MS : DEFAULT_WARMUP_MS),
    ramp,
    seed: options.seed ?? 1,
    intervals: distributionOf(options.intervals ?? { kind: 'step' }, interval, options.step, options.mix ?? []),
    keepAlive: options.keepAlive ?? false,
    greeting: options.greeting ?? false,
    sendSum: options.sum,
    with: options.with ?? [],
    timeoutMs: options.timeout,
  };
}

function modelOf({ rate, findMax, ramp }: LoadOptions, clients: number | undefined): LoadModel {
  if (rate === undefined && findMax === undefined) {
    return { kind: 'closed', clients: clients ?? Math.max(1, ramp?.from ?? 1, ramp?.to ?? 1) };
  }
  return { kind: 'open', rate: rate ?? SEARCH_RATE, maxClients: clients ?? DEFAULT_CONNECTIONS };
}
