/**
 * A histogram of times with the same relative precision at every magnitude: HDR, high dynamic range (Gil Tene).
 *
 * Each power of two is divided into 1024 buckets, so no bucket is wider than 0.1 % of its value. The number of a bucket
 * needs no computing: it is the exponent and the first ten bits of the mantissa of the time as a double (IEEE 754),
 * which are adjacent in its high word.
 *
 *     | sign 1 | exponent 11 | mantissa 20 of 52 |      >>> 10, minus that of the shortest time
 *              '-------- bucket --------'
 *
 * Histograms are merged by adding counts; percentiles of the sum are those of all times together. Node's own
 * (`perf_hooks.createHistogram`) has similar buckets but can't export them, so its histograms can't be written to JSON
 * or merged with those of another run.
 */

/** A distribution of times in a few numbers. All are 0 if `count` is. */
export interface Summary {
  /** Number of times. */
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  /** The 99.9th percentile. */
  readonly p999Ms: number;
  /** The 99.99th percentile. */
  readonly p9999Ms: number;
  readonly maxMs: number;
}

/** A whole histogram as plain data. */
export interface EncodedHistogram {
  /** Upper ends of the buckets that are not empty, ascending; each is at most 0.1 % above the lower end. */
  readonly upToMs: readonly number[];
  /** Number of times in each. */
  readonly counts: readonly number[];
  /** Sum of all times, not rounded to buckets. */
  readonly sumMs: number;
  /** The longest time, not rounded. */
  readonly maxMs: number;
}

/** Shorter times count as this one, about a microsecond. */
const LOWEST_MS = 2 ** -10;
/** Longer times count as this one, more than two hours. */
const HIGHEST_MS = 2 ** 23;
/** Bits of the high word below a bucket's number: the mantissa's 20 without the first 10. */
const SHIFT = 10;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

const FIRST = prefix(LOWEST_MS);
const BUCKETS = prefix(HIGHEST_MS) - FIRST;

/** Counts times in milliseconds. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  /** The buckets that are not empty lie in [#from, #to). */
  #from = BUCKETS;
  #to = 0;
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  /** Number of times recorded. */
  get count(): number {
    return this.#count;
  }

  /** The longest time, not rounded; 0 if empty. */
  get maxMs(): number {
    return this.#maxMs;
  }

  /** The mean, not rounded; 0 if empty. */
  get meanMs(): number {
    return this.#count === 0 ? 0 : this.#sumMs / this.#count;
  }

  /**
   * Records a time.
   *
   * @param timeMs - 0 or more
   */
  record(timeMs: number): void {
    const bucket = bucketOf(timeMs);
    this.#counts[bucket]!++;
    this.#count++;
    this.#sumMs += timeMs;
    if (timeMs > this.#maxMs) this.#maxMs = timeMs;
    if (bucket < this.#from) this.#from = bucket;
    if (bucket >= this.#to) this.#to = bucket + 1;
  }

  /** Adds the counts of another histogram. */
  add(other: EncodedHistogram): void {
    for (const [i, upToMs] of other.upToMs.entries()) {
      // The upper end belongs to the next bucket.
      const bucket = Math.min(prefix(upToMs) - FIRST - 1, BUCKETS - 1);
      this.#counts[bucket]! += other.counts[i]!;
      this.#count += other.counts[i]!;
      this.#from = Math.min(this.#from, bucket);
      this.#to = Math.max(this.#to, bucket + 1);
    }
    this.#sumMs += other.sumMs;
    this.#maxMs = Math.max(this.#maxMs, other.maxMs);
  }

  /**
   * Finds the time that a percentage of all times does not exceed.
   *
   * @param percent - 0 to 100
   * @returns the upper end of its bucket, at most the longest time; 0 if empty
   */
  percentileMs(percent: number): number {
    let left = Math.max(1, Math.ceil((percent / 100) * this.#count));
    for (let bucket = this.#from; bucket < this.#to; bucket++) {
      left -= this.#counts[bucket]!;
      if (left <= 0) return Math.min(upperEndMs(bucket), this.#maxMs);
    }
    return this.#maxMs;
  }

  /** The numbers for a report. */
  summary(): Summary {
    return {
      count: this.#count,
      meanMs: this.meanMs,
      p50Ms: this.percentileMs(50),
      p90Ms: this.percentileMs(90),
      p99Ms: this.percentileMs(99),
      p999Ms: this.percentileMs(99.9),
      p9999Ms: this.percentileMs(99.99),
      maxMs: this.#maxMs,
    };
  }

  /** The histogram as plain data, for {@link Histogram.add}. */
  encode(): EncodedHistogram {
    const upToMs: number[] = [];
    const counts: number[] = [];
    for (let bucket = this.#from; bucket < this.#to; bucket++) {
      const count = this.#counts[bucket]!;
      if (count === 0) continue;
      upToMs.push(upperEndMs(bucket));
      counts.push(count);
    }
    return { upToMs, counts, sumMs: this.#sumMs, maxMs: this.#maxMs };
  }

  /** Removes all times. */
  clear(): void {
    this.#counts.fill(0, this.#from, this.#to);
    this.#from = BUCKETS;
    this.#to = 0;
    this.#count = 0;
    this.#sumMs = 0;
    this.#maxMs = 0;
  }
}

/**
 * Merges histograms.
 *
 * @param parts - any number of them
 * @example
 * ```ts
 * import { Histogram, mergeHistograms } from '@concurrent-primes/load';
 *
 * const [one, other] = [new Histogram(), new Histogram()];
 * for (let i = 0; i < 99; i++) one.record(1);
 * other.record(1000);
 * const all = mergeHistograms([one.encode(), other.encode()]);
 * console.log(all.percentileMs(99).toFixed(1), all.maxMs); // prints 1.0 1000
 * ```
 */
export function mergeHistograms(parts: Iterable<EncodedHistogram>): Histogram {
  const all = new Histogram();
  for (const part of parts) all.add(part);
  return all;
}

function bucketOf(timeMs: number): number {
  if (!(timeMs >= LOWEST_MS)) return 0;
  return Math.min(prefix(timeMs) - FIRST, BUCKETS - 1);
}

/** The lower end of the next bucket. */
function upperEndMs(bucket: number): number {
  words[HIGH] = (bucket + 1 + FIRST) << SHIFT;
  words[1 - HIGH] = 0;
  return double[0]!;
}

/** The bits of a time that number its bucket. */
function prefix(timeMs: number): number {
  double[0] = timeMs;
  return words[HIGH]! >>> SHIFT;
}
