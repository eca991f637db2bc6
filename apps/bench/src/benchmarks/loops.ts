/**
 * How far a second loop goes: two threads with a loop each against one, where the work is connections, and where it is
 * computing. The client needs a part of the same machine, which no loop can have: its share is stated.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import type { Figures } from '../figures.ts';
import type { Peers } from '../peers.ts';
import { selectServer } from '../servers/contestants.ts';
import { clientFigures, measureRequests, perSecond } from '../servers/figures.ts';
import { WHOLE } from '../servers/intervals.ts';
import { serverContender, type Site } from '../servers/site.ts';

const CONNECTING = 64;
/**
 * More than loops, since the kernel deals connections out by chance. Each has an interval of its own: clients of one
 * loop that are at the same place are served from one sieving.
 */
const COMPUTING = 16;

/** How long a sample takes. */
interface Workload {
  readonly warmupSeconds: number;
  readonly seconds: number;
}

const FULL: Workload = { warmupSeconds: 0.5, seconds: 1.6 };
const QUICK: Workload = { warmupSeconds: 0.05, seconds: 0.2 };

/** Makes the benchmark `loops`. */
export async function makeLoopsBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const { warmupSeconds, seconds } = quick ? QUICK : FULL;
  const peers = await openPeers();
  return {
    experiments: [
      twoAgainstOne('small connections', 'requestsPerSecond', peers, [], async (site) => {
        await site.run('ask', { clients: CONNECTING, seconds: warmupSeconds });
        return measureRequests(site, { clients: CONNECTING, seconds });
      }),
      twoAgainstOne('wide intervals, sieved each time', 'bytesPerSecond', peers, ['--table', 'none'], async (site) => {
        const options = { clients: COMPUTING, interval: WHOLE, parts: true };
        await site.run('stream', { ...options, seconds: warmupSeconds });
        const result = await site.run('stream', { ...options, seconds });
        return { bytesPerSecond: perSecond(result.bytes, result), ...clientFigures(result) };
      }),
    ],
    versions: peers.versions,
  };
}

function twoAgainstOne(
  what: string,
  figure: 'requestsPerSecond' | 'bytesPerSecond',
  { load }: Peers,
  flags: readonly string[],
  take: (site: Site) => Promise<Figures>,
): Experiment {
  const contender = (loops: number): Contender | MissingContender =>
    serverContender(selectServer('epoll', '--loops', String(loops), ...flags), load, async (site) => ({
      figures: await take(site),
    }));
  const rows: Row[] = [
    { what: `${what}, 2 loops over 1`, figure, ours: 'two', peer: 'one', goal: { kind: 'ratio' } },
    { what: `${what}, 2 loops: client's share`, figure: 'clientShare', ours: 'two', goal: { kind: 'value' } },
  ];
  return {
    name: what,
    contenders: { one: contender(1), two: contender(2) },
    rounds: 3,
    rows,
    details: [figure, 'clientBusy', 'clientShare'],
  };
}
