/**
 * A clock that all threads of the process share, for the time that a client spends in the queue. `performance.now()` is
 * not: it begins at 0 in each thread.
 */

/** The time in whole milliseconds, as an int32 that wraps around every 49 days. */
export function stampMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return (seconds * 1000 + Math.floor(nanoseconds / 1_000_000)) | 0;
}

/**
 * Milliseconds since a stamp, at most 24 days.
 *
 * @param stamp - what {@link stampMs} returned, in this thread or another one
 */
export function sinceMs(stamp: number): number {
  return (stampMs() - stamp) | 0;
}
