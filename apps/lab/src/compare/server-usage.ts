/** Samples a server's processes during a measurement, and computes what they used in a part of that time. */
import { type ProcessSample, sampleProcesses } from '@concurrent-primes/harness';
import type { Usage, UsagePoint } from './comparison.ts';

/** Often enough for a timeline of one second; each sample costs well below 1 ms. */
const SAMPLE_MS = 100;

/** A sample and its time. */
export interface TimedSample extends ProcessSample {
  /** By `performance.now()`. */
  readonly atMs: number;
}

/** Takes samples until it is disposed of. */
export class ProcessWatch implements Disposable {
  readonly samples: TimedSample[] = [];
  readonly #pids: () => readonly number[];
  readonly #timer: NodeJS.Timeout;

  constructor(pids: () => readonly number[], onLook: () => void) {
    this.#pids = pids;
    this.look();
    this.#timer = setInterval(() => {
      this.look();
      onLook();
    }, SAMPLE_MS);
  }

  /** Takes one sample, if a process is left. */
  look(): void {
    const sample = sampleProcesses(this.#pids());
    if (sample !== undefined) this.samples.push({ ...sample, atMs: performance.now() });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/**
 * What was used between two moments. Counters are interpolated between samples.
 *
 * @param samples - ascending in time
 * @param fromMs - begin, by the samples' clock
 * @returns undefined if that time has fewer than two samples around it
 */
export function usageBetween(samples: readonly TimedSample[], fromMs: number, toMs: number): Usage | undefined {
  const [first, last] = [samples.at(0), samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const [from, to] = [Math.max(fromMs, first.atMs), Math.min(toMs, last.atMs)];
  if (to <= from) return undefined;
  const used = (of: (sample: ProcessSample) => number): number => valueAt(samples, to, of) - valueAt(samples, from, of);
  const inside = samples.filter(({ atMs }) => atMs >= from && atMs <= to);
  const most = (of: (sample: ProcessSample) => number): number =>
    Math.max(...(inside.length === 0 ? [last] : inside).map(of));
  return {
    windowMs: to - from,
    userMs: used(({ userMs }) => userMs),
    systemMs: used(({ systemMs }) => systemMs),
    voluntarySwitches: used(({ voluntarySwitches }) => voluntarySwitches),
    involuntarySwitches: used(({ involuntarySwitches }) => involuntarySwitches),
    peakRssBytes: Math.max(last.peakRssBytes, ...samples.map(({ rssBytes }) => rssBytes)),
    threads: most(({ threads }) => threads),
    descriptors: most(({ descriptors }) => descriptors),
    timeline: timelineOf(inside, from),
  };
}

function timelineOf(samples: readonly TimedSample[], fromMs: number): UsagePoint[] {
  return samples.slice(1).map((sample, at) => {
    const before = samples[at]!;
    const usedMs = sample.userMs + sample.systemMs - before.userMs - before.systemMs;
    return { atMs: sample.atMs - fromMs, cores: usedMs / (sample.atMs - before.atMs), rssBytes: sample.rssBytes };
  });
}

/** A counter at a moment between the first and the last sample. */
function valueAt(samples: readonly TimedSample[], atMs: number, of: (sample: ProcessSample) => number): number {
  const next = samples.findIndex((sample) => sample.atMs >= atMs);
  const [after, before] = [samples[next]!, samples[Math.max(next - 1, 0)]!];
  if (after.atMs === before.atMs) return of(after);
  return of(before) + ((of(after) - of(before)) * (atMs - before.atMs)) / (after.atMs - before.atMs);
}
