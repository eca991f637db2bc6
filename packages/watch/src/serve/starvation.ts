/** Looks for clients that wait for another client: what a server with too few threads, or with a long turn, does to them. */
import { clientName, countWaiting } from '@concurrent-primes/trace';
import type { TraceFeed } from './trace-feed.ts';

/** Time between two looks: a limit is noticed this much later at most. */
const LOOK_EVERY_MS = 250;

/**
 * Looks for clients that wait for another one longer than a limit. A server that is held is not to blame.
 *
 * @param feed - events of the server
 * @param limitMs - how long a client may wait
 * @param starved - told which client waits, and for how long; again only after a time without such clients
 * @returns ends that
 */
export function onStarvation(feed: TraceFeed, limitMs: number, starved: (text: string) => void): () => void {
  const end = feed.listen({ begin: () => undefined, add: () => undefined });
  const startedAtMs = performance.now() - (Date.now() - feed.header.startedMs);
  let told = false;
  const look = (): void => {
    const { state } = feed;
    // The state's clock stands while nothing happens, and that is how a server starves its clients.
    const nowUs = (performance.now() - startedAtMs) * 1000 - state.gate.heldUs;
    const { longest, longestSinceUs = Infinity } = countWaiting(state, nowUs);
    const waitedMs = (nowUs - longestSinceUs) / 1000;
    const isStarving = longest !== undefined && state.gate.mode === 'run' && waitedMs > limitMs;
    if (isStarving && !told) {
      starved(`${clientName(longest)} has waited ${(waitedMs / 1000).toFixed(1)} s for another client`);
    }
    told = isStarving;
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    end();
  };
}
