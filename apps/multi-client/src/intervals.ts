/** Who asks for what: client i asks for the first interval, moved up by i steps. */
import type { Interval } from '@concurrent-primes/client';
import { MAX_INT32, MIN_INT32 } from '@concurrent-primes/sieve';

/**
 * The intervals of all clients.
 *
 * @param first - that of client 0, int32 bounds
 * @param clients - how many clients there are, at least 1
 * @param step - how far client i + 1's interval lies above client i's
 * @returns one interval a client: [MIN + step i, MAX + step i]
 * @throws RangeError if a bound is no int32
 */
export function intervalsOf([min, max]: Interval, clients: number, step: number): Interval[] {
  return Array.from({ length: clients }, (_, client) => {
    const interval = [min + step * client, max + step * client] as const;
    if (interval.every((bound) => bound >= MIN_INT32 && bound <= MAX_INT32)) return interval;
    throw new RangeError(
      `cannot give client ${client} its interval: bounds must be from ${MIN_INT32} to ${MAX_INT32}, ` +
        `got [${interval.join(', ')}]; use fewer clients or another --step`,
    );
  });
}
