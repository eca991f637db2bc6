/**
 * A clock that all threads of the process share, for the time that clients spend in the queue. `performance.now()` starts
 * at 0 in each thread.
 */

/** Returns the time in whole milliseconds, as an int32 that wraps around every 49 days. */
export function stampMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return (seconds * 1000 + Math.floor(nanoseconds / 1_000_000)) | 0;
}

/** Returns the milliseconds since a stamp of this thread or another one, at most 24 days. */
export function sinceMs(stamp: number): number {
  return (stampMs() - stamp) | 0;
}
