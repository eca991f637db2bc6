/**
 * Finds connections whose SYN was sent again, from the time that connecting took.
 *
 * A kernel queues connections that the server has not accepted yet, up to the `backlog` of listen(2). While the queue is
 * full, it drops the SYN of a new client, whose kernel sends it again a second later (RFC 6298, 2.1), and then after one
 * or two more seconds (tcp_syn_linear_timeouts, https://docs.kernel.org/networking/ip-sysctl.html). Such connections take
 * 1 s, 2 s, 3 s or 7 s, while others take microseconds. Connections that are slow for other reasons take any time.
 */
import type { EncodedHistogram } from './histogram.ts';

const SECOND_MS = 1000;
/** Kernels count in ticks, so a retry can be a little early. */
const EARLY_MS = 50;
/** Time for the reply, and for a busy client to notice it. */
const LATE_MS = 300;
/** Only connections slower than this count. */
const SLOW_MS = SECOND_MS / 2;
/** Slow connections at whole seconds must outnumber the other slow ones by this factor. */
const TIMES_THE_OTHERS = 10;
/** Fewer could be a coincidence. */
const LEAST = 3;

/**
 * Counts connections whose SYN was sent again: the server's queue of new connections was full or, on a real network,
 * the segment was lost.
 *
 * @param connect - `histograms.connect` of a result
 * @returns 0 if slow connections are few, or slow for another reason
 * @example
 * ```ts
 * import { Histogram, synRetries } from '@concurrent-primes/load';
 *
 * const connect = new Histogram();
 * for (const timeMs of [0.03, 0.04, 1012, 1013, 1015, 3021]) connect.record(timeMs);
 * console.log(synRetries(connect.encode())); // prints 4
 * ```
 */
export function synRetries({ upToMs, counts }: EncodedHistogram): number {
  let [retried, others] = [0, 0];
  for (const [bucket, timeMs] of upToMs.entries()) {
    if (timeMs < SLOW_MS) continue;
    const isAtSecond = timeMs >= SECOND_MS - EARLY_MS && (timeMs + EARLY_MS) % SECOND_MS <= EARLY_MS + LATE_MS;
    if (isAtSecond) retried += counts[bucket]!;
    else others += counts[bucket]!;
  }
  return retried >= LEAST && retried >= others * TIMES_THE_OTHERS ? retried : 0;
}
