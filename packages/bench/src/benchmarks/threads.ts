/**
 * What a thread of the pool costs: memory, and time until it serves. Both are the difference between a pool of 65 threads
 * and one of a single thread, divided by 64: so what the process needs anyway is in neither.
 */
import type { Benchmark, Contender, MissingContender, Workshop } from '../benchmark.ts';
import type { Built, Peers } from '../peers.ts';
import { poolServer } from '../servers/contestants.ts';
import { readMemory, whyNoProc } from '../servers/proc.ts';
import { takeSample, type Site } from '../servers/site.ts';

const FEW = 1;
const MANY = 65;

/** Makes the benchmark `threads`. */
export async function makeThreadsBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const peers: Peers = await openPeers();
  const many = quick ? 5 : MANY;
  return {
    experiments: [
      {
        name: 'a thread of the pool',
        contenders: {
          idle: threads('new', many, peers.load, () => Promise.resolve()),
          used: threads('after 500 requests each', many, peers.load, (site, count) =>
            site.run('ask', { clients: count, requests: (quick ? 5 : 500) * count, keepAlive: true }),
          ),
        },
        rounds: 3,
        rows: [
          { what: 'memory of a pool thread, new', figure: 'rssPerThreadBytes', ours: 'idle', goal: { kind: 'value' } },
          {
            what: 'memory of a pool thread, after 500 requests',
            figure: 'rssPerThreadBytes',
            ours: 'used',
            goal: { kind: 'value' },
          },
          {
            what: `start of a pool thread, ${many} at once`,
            figure: 'startPerThreadMs',
            ours: 'idle',
            goal: { kind: 'value' },
          },
        ],
      },
    ],
    versions: peers.versions,
  };
}

/** The cost of a thread of `many`, after `work` has made them do something. */
function threads(
  name: string,
  many: number,
  load: Built,
  work: (site: Site, threadCount: number) => Promise<unknown>,
): Contender | MissingContender {
  const missing = whyNoProc() ?? ('missing' in load ? load.missing : undefined);
  if (missing !== undefined) return { name, missing };
  const { path } = load as { readonly path: string };
  const measure = (count: number): Promise<{ rssBytes: number; startMs: number }> =>
    takeSample(poolServer(count), path, async (site) => {
      await work(site, count);
      const { pid, startMs } = site.server;
      return { rssBytes: readMemory(pid).rssBytes, startMs };
    });
  return {
    name,
    sample: async () => {
      const few = await measure(FEW);
      const all = await measure(many);
      const threadCount = many - FEW;
      return {
        figures: {
          rssPerThreadBytes: (all.rssBytes - few.rssBytes) / threadCount,
          startPerThreadMs: (all.startMs - few.startMs) / threadCount,
        },
      };
    },
  };
}
