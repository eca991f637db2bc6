/**
 * What an open page costs a busy server: requests a second with the live page open in a browser and without, and the
 * processor time of the server for each.
 *
 * The browser, the load and the server share the processors. So on two of them the requests a second show what the page
 * costs the machine, drawing included; the processor time shows what it costs the server.
 */
import { launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import { type AnyContender, type Experiment, ratio, withPeers } from '../benchmark.ts';
import type { Metrics } from '../metrics.ts';
import type { Peers } from '../peers.ts';
import { named, poolServer, selectServer, type ServerCommand } from '../servers/bench-servers.ts';
import type { LoadOptions } from '../servers/load-client.ts';
import { measureRequests, REQUEST_DETAILS } from '../servers/load-metrics.ts';
import { type Sample, serverContender } from '../servers/server-sample.ts';

const WATCH = '--watch';
/** A page may cost one request in twenty, and as much of the server's processor time. */
const LEAST_SHARE = 0.95;
const MOST_CPU = 1.05;

/** For the length of a run: about this many requests a second. */
const WARMUP_PER_SECOND = 30_000;

/** How much a sample holds. */
interface Workload {
  readonly clients: number;
  /**
   * Requests before the measured time, in which the server compiles what it runs often. A number, not a time: beside a
   * page it takes longer to get there.
   */
  readonly warmupRequests: number;
  readonly seconds: number;
}

const FULL: Workload = { clients: 1000, warmupRequests: 100_000, seconds: 4 };
/** Each of the threads compiles for itself. */
const FULL_POOL: Workload = { clients: 16, warmupRequests: 250_000, seconds: 4 };
const QUICK: Workload = { clients: 10, warmupRequests: 100, seconds: 0.2 };

/** Makes the benchmark `watch`. */
export const makeWatchBenchmark = withPeers((peers, { quick }) => {
  return [
    pageCost('epoll', (...flags) => selectServer('epoll', ...flags), quick ? QUICK : FULL, peers),
    pageCost('pool', (...flags) => poolServer(16, ...flags), quick ? QUICK : FULL_POOL, peers),
  ];
});

function pageCost(
  name: string,
  server: (...flags: readonly string[]) => ServerCommand,
  workload: Workload,
  { load }: Peers,
): Experiment {
  const what = `${workload.clients} clients at full speed: ${name}`;
  const contender = (command: ServerCommand, hasPage: boolean): AnyContender =>
    serverContender(command, load, async (sample) => ({ metrics: await underLoad(sample, workload, hasPage) }));
  return {
    name: what,
    contenders: {
      open: contender(named(`${name}, with its page open`, server(WATCH)), true),
      alone: contender(named(name, server()), false),
    },
    ...{ rounds: 5, sampleSeconds: workload.seconds + workload.warmupRequests / WARMUP_PER_SECOND + 2 },
    rows: [
      ratio(`a page is open, ${what}`, 'requestsPerSecond', 'open', 'alone', { atLeast: LEAST_SHARE }),
      ratio(`a page is open, CPU of the server, ${what}`, 'cpuPerRequestMs', 'open', 'alone', {
        atMost: MOST_CPU,
      }),
    ],
    details: REQUEST_DETAILS,
  };
}

async function underLoad(
  sample: Sample,
  { clients, warmupRequests, seconds }: Workload,
  hasPage: boolean,
): Promise<Metrics> {
  const options: LoadOptions = { clients, keepAlive: true };
  await using stack = new AsyncDisposableStack();
  if (hasPage) {
    const browser = await launchBrowser();
    if (browser === undefined) throw new Error(`cannot measure: ${NO_BROWSER}`);
    stack.defer(() => browser.close());
    const url = await sample.server.find(() => /^watch it at (\S+)$/m.exec(sample.server.stdout)?.[1]);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(url!);
  }
  await sample.run('ask', { ...options, requests: warmupRequests });
  return await measureRequests(sample, { ...options, seconds });
}
