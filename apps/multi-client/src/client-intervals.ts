/** Client i asks for the first interval, moved up by i steps. */
import type { Interval } from '@concurrent-primes/client';
import { MAX_INT32, MIN_INT32 } from '@concurrent-primes/sieve';

/**
 * Makes the intervals of all clients.
 *
 * @param first - interval of client 0, int32 bounds
 * @param clients - number of clients, at least 1
 * @param step - distance between the intervals of two clients
 * @returns an interval for each client: [MIN + step i, MAX + step i]
 * @throws RangeError if a bound is not an int32
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
