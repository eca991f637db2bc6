/** Parsers of the load options' values, and what the values of `--intervals` and `--mix` mean together. */
import type { Interval } from '@concurrent-primes/client';
import {
  type Condition,
  type IntervalDistribution,
  type LoadPlan,
  type MisbehavingShare,
  parseCondition,
} from '@concurrent-primes/load';
import { InvalidArgumentError } from 'commander';

/** Matches a value's form; returns the groups. */
function match(text: string, form: RegExp, requirement: string): (string | undefined)[] {
  const groups = form.exec(text)?.slice(1);
  if (groups === undefined) throw new InvalidArgumentError(`It must be ${requirement}.`);
  return groups;
}

const MS_OF: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/**
 * Parses a time: `10`, `10s`, `500ms`, `2m`.
 *
 * @returns milliseconds
 */
export function parseTime(text: string): number {
  const [digits, unit = 's'] = match(text, /^(\d+(?:\.\d+)?)(ms|s|m)?$/, 'a time like 10, 10s, 500ms or 2m');
  return Number(digits) * MS_OF[unit]!;
}

/** Parses a time above 0. */
export function parseDuration(text: string): number {
  const durationMs = parseTime(text);
  if (durationMs > 0) return durationMs;
  throw new InvalidArgumentError('It must be above 0.');
}

/** Parses a number of requests a second. */
export function parseRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== '' && rate > 0 && rate < Infinity) return rate;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** Parses the two ends of a ramp: `100:5000`. */
export function parseRamp(text: string): NonNullable<LoadPlan['ramp']> {
  const [from, to] = match(text, /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/, 'two numbers like 100:5000');
  return { from: Number(from), to: Number(to) };
}

/** Parses a misbehaving client and its share: `slow-reader:10%`. */
export function parseMisbehaving(text: string, before: readonly MisbehavingShare[] = []): MisbehavingShare[] {
  const [name, percent] = match(text, /^(.+):(\d+(?:\.\d+)?)%$/, 'a name and a share like slow-reader:10%');
  return [...before, { name: name!, share: Number(percent) / 100 }];
}

/** A share of the requests, and the interval that they ask for. */
export interface MixPart {
  readonly share: number;
  readonly interval: Interval;
}

/** Parses a share and an interval: `1%=0..2147483647`. */
export function parseMixPart(text: string, before: readonly MixPart[] = []): MixPart[] {
  const [, percent, low, high] = /^(\d+(?:\.\d+)?)%=(-?\d+)\.\.(-?\d+)$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  if (!(share > 0)) throw new InvalidArgumentError('It must be a share and an interval like 1%=0..2147483647.');
  const parts = [...before, { share, interval: [Number(low), Number(high)] as const }];
  if (sumOfShares(parts) < 1) return parts;
  throw new InvalidArgumentError('It must leave a share for MIN and MAX: all shares together must be below 100%.');
}

/** Parses a condition: `p99>50ms`. Repeated options add up. */
export function parseThreshold(text: string, before: readonly Condition[] = []): Condition[] {
  try {
    return [...before, parseCondition(text)];
  } catch {
    throw new InvalidArgumentError('It must be a condition like p99<20ms, errors>0.1% or rate>=1000.');
  }
}

/** Parses the goal of a search. One that low rates miss and high rates reach is a threshold by mistake. */
export function parseGoal(text: string): Condition {
  const [goal] = parseThreshold(text);
  if (goal!.metric.kind === 'rate' || goal!.operator.startsWith('<')) return goal!;
  throw new InvalidArgumentError('It must be a condition that low rates hold, like p99<20ms or errors<0.1%.');
}

/** A distribution without MIN and MAX. */
export type IntervalKind =
  | { readonly kind: 'step' | 'fixed' }
  | { readonly kind: 'uniform'; readonly width: number }
  | { readonly kind: 'zipf'; readonly width: number; readonly exponent: number };

/** Parses `step`, `fixed`, `uniform:WIDTH` or `zipf:WIDTH`, the last with or without `:EXPONENT`. */
export function parseIntervalKind(text: string): IntervalKind {
  if (text === 'step' || text === 'fixed') return { kind: text };
  const [, kind, width, exponent] = /^(uniform|zipf):(\d+)(?::(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  if (kind === 'uniform' && exponent === undefined) return { kind, width: Number(width) };
  if (kind === 'zipf') return { kind, width: Number(width), exponent: Number(exponent ?? 1) };
  throw new InvalidArgumentError('It must be step, fixed, uniform:WIDTH or zipf:WIDTH:EXPONENT.');
}

/** Makes the distribution of a run: `kind` inside MIN and MAX, and the intervals of the mix. */
export function distributionOf(
  kind: IntervalKind,
  interval: Interval,
  step: number,
  mix: readonly MixPart[],
): IntervalDistribution {
  const main = mainDistribution(kind, interval, step);
  if (mix.length === 0) return main;
  const others = mix.map((part) => ({
    share: part.share,
    intervals: { kind: 'fixed' as const, interval: part.interval },
  }));
  return { kind: 'mix', parts: [{ share: 1 - sumOfShares(mix), intervals: main }, ...others] };
}

function mainDistribution(kind: IntervalKind, interval: Interval, step: number) {
  switch (kind.kind) {
    case 'step':
      return { kind: 'step', first: interval, step } as const;
    case 'fixed':
      return { kind: 'fixed', interval } as const;
    case 'uniform':
    case 'zipf':
      return { ...kind, within: interval };
  }
}

function sumOfShares(parts: readonly MixPart[]): number {
  return parts.reduce((sum, { share }) => sum + share, 0);
}
