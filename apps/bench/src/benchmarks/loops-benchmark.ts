/**
 * How much a second loop helps: two threads with a loop each against one, where the work is connections, and where it is
 * computing. The client needs a part of the same machine, which no loop can use; a row states that share.
 */
import { type Experiment, ratio, value, withPeers } from '../benchmark.ts';
import type { Metrics } from '../metrics.ts';
import type { Peers } from '../peers.ts';
import { selectServer } from '../servers/bench-servers.ts';
import { WHOLE } from '../servers/load-client.ts';
import { clientMetrics, measureRequests, perSecond } from '../servers/load-metrics.ts';
import { type Sample, serverContenders } from '../servers/server-sample.ts';

const CONNECTING = 64;
/**
 * More than there are loops, since the kernel distributes connections at random. Each client has its own interval:
 * clients of one loop that are at the same segment share its sieving.
 */
const COMPUTING = 16;

/** Makes the benchmark `loops`. */
export const makeLoopsBenchmark = withPeers((peers, { quick }) => {
  const { warmup, seconds } = quick ? { warmup: 0.05, seconds: 0.2 } : { warmup: 0.5, seconds: 1.6 };
  return [
    twoAgainstOne('small connections', 'requestsPerSecond', peers, [], async (sample) => {
      await sample.run('ask', { clients: CONNECTING, seconds: warmup });
      return measureRequests(sample, { clients: CONNECTING, seconds });
    }),
    twoAgainstOne('wide intervals, sieved each time', 'bytesPerSecond', peers, ['--table', 'none'], async ({ run }) => {
      const options = { clients: COMPUTING, interval: WHOLE, parts: true };
      await run('stream', { ...options, seconds: warmup });
      const result = await run('stream', { ...options, seconds });
      return { bytesPerSecond: perSecond(result.bytes, result), ...clientMetrics(result) };
    }),
  ];
});

function twoAgainstOne(
  what: string,
  metric: 'requestsPerSecond' | 'bytesPerSecond',
  { load }: Peers,
  flags: readonly string[],
  take: (sample: Sample) => Promise<Metrics>,
): Experiment {
  const servers = {
    one: selectServer('epoll', '--loops', '1', ...flags),
    two: selectServer('epoll', '--loops', '2', ...flags),
  };
  return {
    name: what,
    contenders: serverContenders(servers, load, async (sample) => ({ metrics: await take(sample) })),
    ...{ rounds: 3, sampleSeconds: 3 },
    rows: [
      ratio(`${what}, 2 loops over 1`, metric, 'two', 'one'),
      value(`${what}, 2 loops: client's share`, 'clientShare', 'two'),
    ],
    details: [metric, 'clientBusy', 'clientShare'],
  };
}
