/** Waits until a watched server has done all that its clients gave it to do. */
import type { TraceFeed } from '@concurrent-primes/watch';
import { setTimeout as delay } from 'node:timers/promises';

/** Server and clients are quiet when nothing has happened in this many looks. */
const QUIET_LOOKS = 5;
const LOOK_EVERY_MS = 2;
/** A server that isn't quiet after this time never will be. */
const LONGEST_MS = 10_000;

/**
 * Resolves when each thread of the servers is held or blocked, and nothing has happened for a while.
 *
 * @param feeds - of the servers
 * @param longestMs - resolves after this time anyhow, in milliseconds
 */
export async function quiet(feeds: readonly TraceFeed[], longestMs = LONGEST_MS): Promise<void> {
  const deadline = performance.now() + longestMs;
  let position = -1;
  let looks = 0;
  while (looks < QUIET_LOOKS && performance.now() < deadline) {
    await delay(LOOK_EVERY_MS);
    for (const feed of feeds) feed.read();
    const reached = feeds.reduce((sum, { state }) => sum + state.position, 0);
    looks = feeds.every(isStill) && reached === position ? looks + 1 : 0;
    position = reached;
  }
}

/** Whether no thread computes, as far as its events tell: those of Node's own loop don't say when it waits. */
function isStill({ state, header }: TraceFeed): boolean {
  if (header.server.architecture === 'net') return true;
  return state.threads.every(({ atGate, blocked }) => atGate !== undefined || blocked !== undefined);
}
