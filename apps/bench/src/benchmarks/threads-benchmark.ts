/**
 * The cost of a pool thread: memory, and time until it serves. Both are the difference between a pool of 65 threads and
 * a pool of one, divided by 64, so that what the process needs anyway doesn't count.
 */
import { readMemory } from '@concurrent-primes/harness';
import { type AnyContender, type Experiment, ratio, value, withPeers } from '../benchmark.ts';
import type { Built } from '../peers.ts';
import { poolServer } from '../servers/bench-servers.ts';
import { loadedContender, takeSample } from '../servers/server-sample.ts';
import { builtProgram, jobProgram } from '../timed-program.ts';

const FEW = 1;
const MANY = 65;
/** Requests after which a thread counts as used. */
const REQUESTS = 500;
/** Clients handed over for a median. */
const HAND_OVERS = 300;

/** What a whole pool costs. */
type Cost = 'rssBytes' | 'usedRssBytes' | 'startMs';

/** Makes the benchmark `threads`. */
export const makeThreadsBenchmark = withPeers((peers, { quick }) => {
  const many = quick ? 5 : MANY;
  const requests = quick ? 5 : REQUESTS;
  return [
    {
      name: 'a thread of the pool',
      contenders: { pool: threads(many, requests, peers.load) },
      ...{ rounds: 3, sampleSeconds: 6 },
      rows: [
        value('memory of a pool thread, new', 'rssPerThreadBytes', 'pool'),
        value(`memory of a pool thread, after ${requests} requests`, 'rssPerUsedThreadBytes', 'pool'),
        value(`start of a pool thread, ${many} at once`, 'startPerThreadMs', 'pool'),
      ],
    },
    handOver(quick ? 5 : HAND_OVERS, peers.handOver),
  ];
});

/** From `accept` to the first `recv`: the part that the queue between the threads takes. */
function handOver(items: number, peer: Built): Experiment {
  const what = 'handing a client over, idle pool';
  return {
    name: 'handing a client over',
    contenders: {
      queue: jobProgram('queue', 'hand-over', [items]),
      peer: builtProgram('C++, mutex and condition variable', peer, [String(items)]),
    },
    expected: String(items),
    ...{ rounds: 5, sampleSeconds: 1 },
    rows: [value(what, 'elapsedMs', 'queue', { atMost: 0.005 }), ratio(what, 'elapsedMs', 'queue', 'peer')],
  };
}

function threads(many: number, requests: number, load: Built): AnyContender {
  const costOf = (count: number, path: string): Promise<Readonly<Record<Cost, number>>> =>
    takeSample(poolServer(count), path, async ({ server: { pid, startMs }, run }) => {
      const { rssBytes } = readMemory(pid);
      await run('ask', { clients: count, requests: requests * count, keepAlive: true });
      return { rssBytes, usedRssBytes: readMemory(pid).rssBytes, startMs };
    });
  return loadedContender(`pool of ${many}, less a pool of ${FEW}`, load, async (path) => {
    const few = await costOf(FEW, path);
    const all = await costOf(many, path);
    const perThread = (cost: Cost): number => (all[cost] - few[cost]) / (many - FEW);
    return {
      metrics: {
        rssPerThreadBytes: perThread('rssBytes'),
        rssPerUsedThreadBytes: perThread('usedRssBytes'),
        startPerThreadMs: perThread('startMs'),
      },
    };
  });
}
