/**
 * Connections that had to be asked for twice, found in the times that connecting took.
 *
 * A kernel keeps clients that the server has not accepted yet in a queue, as long as `backlog` of listen(2) says. While
 * it is full, the kernel drops the first segment (SYN) of whoever comes. The client's kernel hears nothing, and sends
 * it again a second later (RFC 6298, 2.1); if that was in vain, again after one second or two, tcp_syn_linear_timeouts
 * of https://docs.kernel.org/networking/ip-sysctl.html says which. So these connections take 1 s, 2 s, 3 s, 7 s: whole
 * seconds, while others take microseconds, and what else is slow is so at any time.
 */
import type { EncodedHistogram } from './types.ts';

const SECOND_MS = 1000;
/** Kernels count in ticks: the time may be over a little before. */
const EARLY_MS = 50;
/** What an answer takes, and a busy client that has to look at it. */
const LATE_MS = 300;
/** Slower connections than this are looked at; among them those at whole seconds must be so many times the others. */
const SLOW_MS = SECOND_MS / 2;
const TIMES_THE_OTHERS = 10;
/** Of fewer it could be chance. */
const LEAST = 3;

/**
 * How many connections waited until their SYN was sent again: the server's queue of new connections was full, or, over
 * a real network, the segment was lost.
 *
 * @param connect - how long each connection took to be made, `histograms.connect` of a result
 * @returns 0 where slow connections are few, or slow for another reason
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
