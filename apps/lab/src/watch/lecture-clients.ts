/**
 * The clients of the lecture, at a pace that one can watch: each asks, is served, and comes again.
 *
 * They connect one after the other, to all servers at once. So the n-th client of one server is the n-th of the other too,
 * and the page can show the two side by side.
 */
import type { AddedClients, BeforeAct } from '@concurrent-primes/server/watch';
import { setTimeout as delay } from 'node:timers/promises';

/** Time from the end of a visit to the next one of the same client. */
const AWAY_MS = 2000;
/** Interval of the first client, and the distance to that of the next, as in `multi 100 200 -t 10`. */
const FIRST = [100, 200] as const;
const STEP = 1000;

/**
 * Sends clients until the signal aborts.
 *
 * @param servers - starts clients, an entry for each server
 * @param count - number of good clients
 * @param zoo - names of other clients that come first
 * @param before - what a client waits for before it acts, by its number and that of the server
 */
export async function sendLectureClients(
  servers: readonly AddedClients[],
  {
    count,
    zoo,
    before,
  }: {
    readonly count: number;
    readonly zoo: readonly string[];
    readonly before?: ((client: number, server: number) => BeforeAct) | undefined;
  },
  signal: AbortSignal,
): Promise<void> {
  let door: Promise<unknown> = Promise.resolve();
  /** Resolves when the client is gone from all servers, to whether it comes again. */
  const visit = async (name: string, index: number, interval: readonly [number, number]): Promise<boolean> => {
    const arrived = door.then(() =>
      Promise.allSettled(servers.map((server, number) => server.begin(name, interval, before?.(index, number)))),
    );
    door = arrived;
    // A refused or lost client comes again too.
    const visits = (await arrived).flatMap((one) => (one.status === 'fulfilled' ? [one.value.ended] : []));
    const ended = await Promise.allSettled(visits);
    return !ended.some((one) => one.status === 'fulfilled' && one.value.holds);
  };
  const names = [...zoo, ...Array.from({ length: count }, () => 'good')];
  await Promise.all(
    names.map(async (name, index) => {
      let comesAgain = true;
      while (comesAgain && !signal.aborted) {
        comesAgain = await visit(name, index, [FIRST[0] + index * STEP, FIRST[1] + index * STEP]);
        await delay(AWAY_MS, undefined, { signal }).catch(() => undefined);
      }
    }),
  );
}
