/** What stands behind the load options: how it is written, and what is meant by it. */
import type { IntervalDistribution, LoadPlan, MisbehavingShare } from '@concurrent-primes/load';
import type { Interval } from '@concurrent-primes/client';
import { InvalidArgumentError } from 'commander';

const MS_OF: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/**
 * A time: `10`, `10s`, `500ms`, `2m`.
 *
 * @returns in milliseconds
 */
export function parseTime(text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('It must be a time like 10, 10s, 500ms or 2m.');
  return Number(digits) * MS_OF[unit]!;
}

/** A rate or a number of clients, and another: `100:5000`. */
export function parseRamp(text: string): NonNullable<LoadPlan['ramp']> {
  const [, from, to] = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new InvalidArgumentError('It must be two numbers like 100:5000.');
  return { from: Number(from), to: Number(to) };
}

/** A misbehaving client and its share: `slow-reader:10%`. */
export function parseMisbehaving(text: string, before: readonly MisbehavingShare[] = []): MisbehavingShare[] {
  const [, name, percent] = /^(.+):(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be a name and a share like slow-reader:10%.');
  return [...before, { name, share: Number(percent) / 100 }];
}

/** A share of the requests and what they ask for. */
export interface MixPart {
  readonly share: number;
  readonly interval: Interval;
}

/** A share and an interval: `1%=0..2147483647`. */
export function parseMixPart(text: string, before: readonly MixPart[] = []): MixPart[] {
  const [, percent, low, high] = /^(\d+(?:\.\d+)?)%=(-?\d+)\.\.(-?\d+)$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  if (!(share > 0)) throw new InvalidArgumentError('It must be a share and an interval like 1%=0..2147483647.');
  const parts = [...before, { share, interval: [Number(low), Number(high)] as const }];
  if (sumOfShares(parts) < 1) return parts;
  throw new InvalidArgumentError('All shares together must be below 100%: the rest asks for MIN and MAX.');
}

/** Where intervals come from, without MIN and MAX. */
export type IntervalKind =
  | { readonly kind: 'step' | 'fixed' }
  | { readonly kind: 'uniform'; readonly width: number }
  | { readonly kind: 'zipf'; readonly width: number; readonly exponent: number };

/** `step`, `fixed`, `uniform:WIDTH` or `zipf:WIDTH` with `:EXPONENT`. */
export function parseIntervalKind(text: string): IntervalKind {
  if (text === 'step' || text === 'fixed') return { kind: text };
  const [, kind, width, exponent] = /^(uniform|zipf):(\d+)(?::(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  if (kind === 'uniform' && exponent === undefined) return { kind, width: Number(width) };
  if (kind === 'zipf') return { kind, width: Number(width), exponent: Number(exponent ?? 1) };
  throw new InvalidArgumentError('It must be step, fixed, uniform:WIDTH or zipf:WIDTH:EXPONENT.');
}

/**
 * Puts together what is asked for.
 *
 * @param kind - where most intervals come from
 * @param interval - MIN and MAX
 * @param step - how far client i + 1's interval lies above client i's
 * @param mix - what else is asked for
 */
export function distributionOf(
  kind: IntervalKind,
  interval: Interval,
  step: number,
  mix: readonly MixPart[],
): IntervalDistribution {
  const main = baseOf(kind, interval, step);
  if (mix.length === 0) return main;
  const others = mix.map((part) => ({
    share: part.share,
    intervals: { kind: 'fixed' as const, interval: part.interval },
  }));
  return { kind: 'mix', parts: [{ share: 1 - sumOfShares(mix), intervals: main }, ...others] };
}

function baseOf(kind: IntervalKind, interval: Interval, step: number): Exclude<IntervalDistribution, { kind: 'mix' }> {
  switch (kind.kind) {
    case 'step':
      return { kind: 'step', first: interval, step };
    case 'fixed':
      return { kind: 'fixed', interval };
    case 'uniform':
    case 'zipf':
      return { ...kind, within: interval };
  }
}

function sumOfShares(parts: readonly MixPart[]): number {
  return parts.reduce((sum, { share }) => sum + share, 0);
}
