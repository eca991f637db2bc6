/** What the clients of faults share. Whatever the server does to them is right: it may answer, refuse, cut or reset. */
import { ConnectFailure, Peer, type PeerOptions, ZooVisit } from '@concurrent-primes/conformance';
import { memberNamed, ScriptFailure } from '@concurrent-primes/zoo';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scene } from './fault.ts';

/** Clients in a crowd on a server that has no thread for each: `select` can watch 1024 descriptors, and uses some itself. */
const CROWD = 1010;
/** Descriptors of this process in addition to a crowd. */
const RESERVE = 200;
/** The number of descriptors that a crowd needs in one process. */
export const CROWD_DESCRIPTORS = CROWD + RESERVE;

/** Pause of a client between two visits: many clients are a nuisance, but not a benchmark. */
const PAUSE_MS = 5;
/** Longer than any run: the longest time of a timer. */
export const FOREVER_MS = 2 ** 31 - 1;
/** A thousand clients have a buffer each. */
const BUFFER_BYTES = 4096;

/** The size of a crowd that takes everything: all threads, or all descriptors that `select` can watch. */
export function crowdSize({ threads }: Scene): number {
  return threads ?? CROWD;
}

/** Resolves when the fault is over. */
export async function untilOver({ over }: Scene): Promise<void> {
  if (!over.aborted) await once(over, 'abort');
}

/** Waits, but not longer than the fault. */
export async function pause(durationMs: number, { over }: Scene): Promise<void> {
  await delay(durationMs, undefined, { signal: over }).catch(() => undefined);
}

/** Connects for as long as the fault lasts. */
export function connectTo({ port, over }: Scene, options: PeerOptions = {}): Promise<Peer> {
  return Peer.connect(port, { signal: over, timeoutMs: FOREVER_MS, bufferBytes: BUFFER_BYTES, ...options });
}

/** Waits for a client, which may fail. */
export async function anyhow(visit: Promise<unknown>, { over }: Scene): Promise<void> {
  try {
    await visit;
  } catch (error) {
    if (over.aborted || error instanceof ConnectFailure || error instanceof ScriptFailure) return;
    throw error;
  }
}

/** Several clients make visits, each one after the other, until the fault is over. */
export async function visitAgain(
  clients: number,
  scene: Scene,
  visit: () => Promise<unknown>,
  pauseMs = PAUSE_MS,
): Promise<void> {
  const work = async (): Promise<void> => {
    while (!scene.over.aborted) {
      await anyhow(visit(), scene);
      await pause(pauseMs, scene);
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
}

/** One visit of a member of the zoo, to its end. */
export async function visitAs(name: string, scene: Scene): Promise<void> {
  await new ZooVisit(memberNamed(name).script({ pauseMs: PAUSE_MS }), await connectTo(scene)).play();
}

/** Clients that come at once, act, and stay until the server ends their connections or the fault is over. */
export async function crowd(
  clients: number,
  scene: Scene,
  act: (peer: Peer) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const stay = async (): Promise<void> => {
    await using peer = await connectTo(scene);
    await act(peer);
    while (typeof (await peer.receiveSome(BUFFER_BYTES)) !== 'string');
  };
  await Promise.all(Array.from({ length: clients }, () => anyhow(stay(), scene)));
}
