/** The load options: with any of them the command is a load generator, without them it is the lecture's. */
import type { Interval } from '@concurrent-primes/client';
import {
  checkPlan,
  type Condition,
  type LoadModel,
  type LoadPlan,
  type MisbehavingShare,
  parseCondition,
} from '@concurrent-primes/load';
import { MISBEHAVING } from '@concurrent-primes/zoo';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  distributionOf,
  type IntervalKind,
  type MixPart,
  parseIntervalKind,
  parseMisbehaving,
  parseMixPart,
  parseRamp,
  parseTime,
} from './values.ts';

/** What a run under load shall be. */
export interface LoadSettings {
  /** Without `verify`, which takes a while to prepare. */
  readonly plan: LoadPlan;
  readonly verify: boolean;
  /** What the highest rate must hold; undefined: one run. */
  readonly goal: Condition | undefined;
  /** Of these none may hold. */
  readonly failIf: readonly Condition[];
  readonly csvPath: string | undefined;
  readonly hgrmPath: string | undefined;
}

/** What commander makes of them. */
interface LoadOptions {
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

/** What the other options say. */
export interface Basics {
  readonly interval: Interval;
  readonly step: number;
  /** Undefined: the user didn't say. */
  readonly clients: number | undefined;
  readonly host: string;
  readonly port: number;
  readonly greeting: boolean;
  readonly sendSum: boolean;
  readonly timeoutMs: number | undefined;
  /** Undefined: the user didn't say. */
  readonly verify: boolean | undefined;
}

const LOAD_NAMES = [
  ...['duration', 'requests', 'warmup', 'rate', 'ramp', 'keepAlive', 'workers', 'seed', 'intervals', 'mix', 'with'],
  ...['findMax', 'failIf', 'csv', 'hgrm'],
];

const DEFAULT_DURATION_MS = 10_000;
const DEFAULT_WARMUP_MS = 1000;
/** Of each rate that a search tries. */
const SEARCH_DURATION_MS = 3000;
const SEARCH_WARMUP_MS = 500;
const SEARCH_RATE = 1000;
/** In an open loop, when the user doesn't say. */
const DEFAULT_CONNECTIONS = 500;

/**
 * Adds the load options.
 *
 * @param command - to add them to
 * @param integer - makes a parser of integers from least to greatest
 */
export function addLoadOptions(
  command: Command,
  integer: (least: number, greatest: number) => (text: string) => number,
): void {
  const positive = integer(1, Number.MAX_SAFE_INTEGER);
  const group = (heading: string, ...options: readonly Option[]): void => {
    for (const option of options) command.addOption(option.helpGroup(heading).conflicts('print'));
  };
  group(
    'Load (any of these measures instead of listing clients):',
    new Option('--duration <TIME>', 'how long to measure: 10, 10s, 500ms, 2m (default: 10s)').argParser(parseDuration),
    new Option('--requests <N>', 'how many requests to measure; with --duration, what comes first').argParser(positive),
    new Option('--warmup <TIME>', 'load before the measuring begins (default: 1s)').argParser(parseTime),
    new Option(
      '--rate <R>',
      'open loop: R requests a second are due, whatever the server does, on at most -t connections (default: 500)',
    ).argParser(parseRate),
    new Option('--ramp <A:B>', 'the number of clients, or with --rate the rate, goes from A to B').argParser(parseRamp),
    new Option('--keep-alive', 'many requests on one connection'),
    new Option('--workers <N>', 'threads that the clients are spread over (default: 1)').argParser(integer(1, 256)),
    new Option('--seed <N>', 'of all that is drawn by chance (default: 1)').argParser(integer(0, 2 ** 32 - 1)),
  );
  group(
    'What is asked for under load:',
    new Option(
      '--intervals <KIND>',
      'step (default), fixed, uniform:WIDTH or zipf:WIDTH:EXPONENT inside of [MIN, MAX]',
    ).argParser(parseIntervalKind),
    new Option('--mix <SHARE=A..B>', 'so many of the requests ask for [A, B]: 1%=0..2147483647; repeatable').argParser(
      parseMixPart,
    ),
    new Option(
      '--with <NAME:SHARE>',
      `so many of the clients misbehave: slow-reader:10%; repeatable: ${MISBEHAVING.map(({ name }) => name).join(', ')}`,
    ).argParser(parseMisbehaving),
  );
  group(
    'What must hold under load:',
    new Option('--fail-if <CONDITION>', "exit with 3 if it holds: 'p99>50ms', 'errors>0.1%'; repeatable").argParser(
      (text: string, before?: readonly Condition[]) => [...(before ?? []), condition(text)],
    ),
    new Option('--find-max <GOAL>', "find the highest rate that holds it: 'p99<20ms'").argParser(goalOf),
  );
  group(
    'Files of a run under load:',
    new Option('--csv <FILE>', 'a line for each second, and one for what was done after the time'),
    new Option('--hgrm <FILE>', 'all percentiles of the latency, as HdrHistogram writes them'),
  );
}

/**
 * Reads the load options.
 *
 * @param command - parsed
 * @param basics - what the other options say
 * @returns undefined if there is none of them
 * @throws CommanderError after telling what is wrong with them
 */
export function loadSettings(command: Command, basics: Basics): LoadSettings | undefined {
  if (!LOAD_NAMES.some((name) => command.getOptionValue(name) !== undefined)) return undefined;
  const options = command.opts<LoadOptions>();
  const { findMax: goal, failIf = [], csv: csvPath, hgrm: hgrmPath } = options;
  if (goal !== undefined && (options.ramp ?? options.requests) !== undefined) {
    command.error("error: option '--find-max <GOAL>' cannot be used with '--ramp' or '--requests'");
  }
  if (goal !== undefined && (csvPath ?? hgrmPath) !== undefined) {
    command.error("error: option '--find-max <GOAL>' cannot be used with '--csv' or '--hgrm'");
  }
  if (goal !== undefined && failIf.length > 0) {
    command.error(
      "error: option '--find-max <GOAL>' cannot be used with '--fail-if': it exits with 1 if no rate holds",
    );
  }
  if (options.keepAlive && !basics.sendSum) {
    command.error("error: option '--keep-alive' cannot be used with '--no-sum': the next request follows the sum");
  }
  if (options.rate !== undefined && options.ramp !== undefined) {
    const most = Math.max(options.ramp.from, options.ramp.to);
    if (most > options.rate)
      command.error(`error: option '--rate <R>' must be at least the ramp's ${most}, got ${options.rate}`);
  }
  try {
    const plan = planOf(options, basics);
    checkPlan(plan);
    return { plan, verify: basics.verify ?? true, goal, failIf, csvPath, hgrmPath };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return command.error(`error: ${error.message}`);
  }
}

function planOf(options: LoadOptions, basics: Basics): LoadPlan {
  const { findMax, requests, ramp } = options;
  const { host, port, greeting, sendSum, timeoutMs } = basics;
  const isSearch = findMax !== undefined;
  const model = modelOf(options, basics);
  const defaultDurationMs = isSearch ? SEARCH_DURATION_MS : requests === undefined ? DEFAULT_DURATION_MS : undefined;
  return {
    host,
    port,
    model,
    threads: options.workers ?? 1,
    durationMs: options.duration ?? defaultDurationMs,
    requests,
    warmupMs: options.warmup ?? (isSearch ? SEARCH_WARMUP_MS : DEFAULT_WARMUP_MS),
    ramp,
    seed: options.seed ?? 1,
    intervals: distributionOf(options.intervals ?? { kind: 'step' }, basics.interval, basics.step, options.mix ?? []),
    keepAlive: options.keepAlive ?? false,
    greeting,
    sendSum,
    with: options.with ?? [],
    timeoutMs,
  };
}

function modelOf({ rate, findMax, ramp }: LoadOptions, { clients }: Basics): LoadModel {
  if (rate === undefined && findMax === undefined) {
    return { kind: 'closed', clients: clients ?? Math.max(1, ramp?.from ?? 1, ramp?.to ?? 1) };
  }
  return { kind: 'open', rate: rate ?? SEARCH_RATE, maxClients: clients ?? DEFAULT_CONNECTIONS };
}

function parseDuration(text: string): number {
  const durationMs = parseTime(text);
  if (durationMs > 0) return durationMs;
  throw new InvalidArgumentError('It must be above 0.');
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== '' && rate > 0 && rate < Infinity) return rate;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** A goal that low rates miss and high ones reach is a threshold by mistake. */
function goalOf(text: string): Condition {
  const goal = condition(text);
  if (goal.metric.kind === 'rate' || goal.operator.startsWith('<')) return goal;
  throw new InvalidArgumentError('It must be something that low rates hold, like p99<20ms or errors<0.1%.');
}

function condition(text: string): Condition {
  try {
    return parseCondition(text);
  } catch (error) {
    throw new InvalidArgumentError((error as RangeError).message);
  }
}
