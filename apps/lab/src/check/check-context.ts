/** What one check gets, and what is closed after it. */
import { LARGER_THAN_BUFFERS, type Oracle, Peer, randomFor, SMALL, takeGreeting } from '@concurrent-primes/conformance';
import { countPrimes, primeBytes, primes, sumPrimes } from '@concurrent-primes/sieve';
import type { CheckContext, CheckSettings } from './check.ts';
import type { Target } from './check-target.ts';
import { Transcript } from './transcript.ts';

interface OpenContext {
  readonly context: CheckContext;
  /** The reason that its waits reject with when its time limit is over. */
  readonly outOfTime: Error;
  /** Whether any connection was made. */
  readonly hasConnected: () => boolean;
  /** Closes all connections and ends all waits. */
  readonly close: () => void;
}

/** Time for a server in another process to be scheduled and to receive one piece before the next is sent. */
const GAP_MS = 15;
/** The same for a server under strace, which stops it at each system call. */
const TRACED_GAP_MS = 150;

/** Our own sieve: the fastest, and checked against other sources by its tests. */
const ORACLE: Oracle = {
  count: ([a, b]) => countPrimes(a, b),
  sum: ([a, b]) => sumPrimes(a, b),
  primes: ([a, b]) => [...primes(a, b)],
  bytes: ([a, b]) => primeBytes(a, b),
};

export function openContext(
  name: string,
  settings: CheckSettings,
  target: Target,
  interrupt: AbortSignal,
  limitMs: number,
): OpenContext {
  const over = new AbortController();
  const outOfTime = new Error(`cannot go on with the check ${name}: it must be over within ${limitMs} ms`);
  const timer = setTimeout(() => {
    over.abort(outOfTime);
  }, limitMs);
  const signal = AbortSignal.any([interrupt, over.signal]);
  const peers: Peer[] = [];
  const connectOnly = async (): Promise<Peer> => {
    const { host, port } = target;
    const { timeoutMs } = settings;
    const peer = await Peer.connect(port, { host, timeoutMs, signal, observer: new Transcript() });
    peers.push(peer);
    return peer;
  };
  const connect = async (): Promise<Peer> => {
    const peer = await connectOnly();
    if (settings.greeting) await takeGreeting(peer);
    return peer;
  };
  return {
    context: {
      settings: {
        ...settings,
        gapMs: target.callsOf === undefined ? GAP_MS : TRACED_GAP_MS,
        zooIntervals: { short: SMALL, long: LARGER_THAN_BUFFERS },
      },
      oracle: ORACLE,
      random: randomFor(settings.seed, name),
      greeting: settings.greeting,
      connect,
      connectOnly,
      // From outside nobody sees what the server counts.
      expect: () => undefined,
    },
    outOfTime,
    hasConnected: () => peers.length > 0,
    close() {
      clearTimeout(timer);
      for (const peer of peers) void peer.close();
      // A call that still waits on one of them must not wait for its limit.
      over.abort(new Error(`the check ${name} is over`));
    },
  };
}
