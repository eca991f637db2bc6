/**
 * What a thread of the pool costs: memory, and time until it serves. Both are the difference between a pool of 65
 * threads and one of a single thread, divided by 64: so what the process needs anyway is in neither.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import type { FigureName } from '../figures.ts';
import type { Built } from '../peers.ts';
import { programContender } from '../program.ts';
import { poolServer } from '../servers/contestants.ts';
import { readMemory, whyNoProc } from '../servers/proc.ts';
import { takeSample } from '../servers/site.ts';

const FEW = 1;
const MANY = 65;
/** What a thread has served when it counts as used. */
const REQUESTS = 500;
/** How many clients are handed over for a median. */
const HAND_OVERS = 300;

/** What a pool needs as a whole. */
interface PoolCost {
  readonly rssBytes: number;
  readonly usedRssBytes: number;
  readonly startMs: number;
}

/** Makes the benchmark `threads`. */
export async function makeThreadsBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const peers = await openPeers();
  const many = quick ? 5 : MANY;
  const requests = quick ? 5 : REQUESTS;
  const row = (what: string, figure: FigureName): Row => ({ what, figure, ours: 'pool', goal: { kind: 'value' } });
  return {
    experiments: [
      {
        name: 'a thread of the pool',
        contenders: { pool: threads(many, requests, peers.load) },
        rounds: 3,
        rows: [
          row('memory of a pool thread, new', 'rssPerThreadBytes'),
          row(`memory of a pool thread, after ${requests} requests`, 'rssPerUsedThreadBytes'),
          row(`start of a pool thread, ${many} at once`, 'startPerThreadMs'),
        ],
      },
      handOver(quick ? 5 : HAND_OVERS, peers.handOver),
    ],
    versions: peers.versions,
  };
}

/** From `accept` to the first `recv`, as far as the queue between the threads is concerned. */
function handOver(items: number, peer: Built): Experiment {
  const job = fileURLToPath(new URL(`../jobs/hand-over${extname(import.meta.url)}`, import.meta.url));
  const name = 'C++, mutex and condition variable';
  return {
    name: 'handing a client over',
    contenders: {
      queue: programContender({ name: 'queue', command: [process.execPath, job, String(items)] }),
      peer:
        'missing' in peer
          ? { name, missing: peer.missing }
          : programContender({ name, command: [peer.path, String(items)] }),
    },
    expected: String(items),
    rounds: 5,
    rows: [
      {
        what: 'handing a client over, idle pool',
        figure: 'elapsedMs',
        ours: 'queue',
        goal: { kind: 'value', atMost: 0.005 },
      },
      {
        what: 'handing a client over, idle pool',
        figure: 'elapsedMs',
        ours: 'queue',
        peer: 'peer',
        goal: { kind: 'ratio' },
      },
    ],
  };
}

function threads(many: number, requests: number, load: Built): Contender | MissingContender {
  const name = `pool of ${many}, less a pool of ${FEW}`;
  const missing = whyNoProc() ?? ('missing' in load ? load.missing : undefined);
  if (missing !== undefined) return { name, missing };
  const { path } = load as { readonly path: string };
  const costOf = (count: number): Promise<PoolCost> =>
    takeSample(poolServer(count), path, async ({ server: { pid, startMs }, run }) => {
      const { rssBytes } = readMemory(pid);
      await run('ask', { clients: count, requests: requests * count, keepAlive: true });
      return { rssBytes, usedRssBytes: readMemory(pid).rssBytes, startMs };
    });
  return {
    name,
    sample: async () => {
      const few = await costOf(FEW);
      const all = await costOf(many);
      const perThread = (cost: keyof PoolCost): number => (all[cost] - few[cost]) / (many - FEW);
      return {
        figures: {
          rssPerThreadBytes: perThread('rssBytes'),
          rssPerUsedThreadBytes: perThread('usedRssBytes'),
          startPerThreadMs: perThread('startMs'),
        },
      };
    },
  };
}
