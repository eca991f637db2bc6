/** Throughput, waiting times and fairness, and the effect of threads on them. */
import { type Facts, type ServerFacts, watchedGroup } from '../metrics/facts.ts';
import { GROUP_METRICS, type GroupMetric } from '../metrics/metric.ts';
import * as format from '../sentence-format.ts';
import { isClearlyAbove, ratioOf } from '@concurrent-primes/harness';
import { isThreadPerClient } from '../servers/server-spec.ts';
import {
  clearEnds,
  type Finding,
  groupEvidence,
  type Holder,
  rankedByGroup,
  rankedByServer,
  serverEvidence,
} from './finding.ts';

/** A client thread that is busier than this limits the servers. */
export const BUSY_CLIENT = 0.9;
/** A smaller ratio of waiting times is not worth a finding. */
const TAIL_RATIO = 1.5;
/** A loop that uses more of its one processor than this is at its limit. */
const FULL_CORE = 0.85;
/** A machine that is used more than this has no room for another thread. */
const FULL_MACHINE = 0.85;
/** A server that completes less than this share of the scheduled requests does not keep up. */
const KEEPS_UP = 0.95;

/** The servers with the most and the least requests or bytes a second. */
export function throughput({ servers }: Facts): readonly Finding[] {
  return (['rate', 'throughput'] as const).flatMap((metric) => {
    const holders = rankedByGroup(servers, metric);
    const ends = clearEnds(holders);
    if (ends === undefined || isOpenLoop(servers)) return [];
    const { least, most } = ends;
    const { text } = GROUP_METRICS[metric];
    const unit = metric === 'rate' ? ' requests a second' : '';
    const isLimited = holders.some(({ server }) => clientBusyOf(server) >= BUSY_CLIENT);
    return [
      {
        rule: 'throughput',
        title: `${most.server.spec.name} does the most, ${text(most.value.median)}${unit}, and ${least.server.spec.name} the least, ${text(least.value.median)}.`,
        text:
          `That is ${format.times(ratioOf(most.value, least.value))} as much. In a closed loop a client sends its next request ` +
          `after an answer, so faster servers receive more requests.` +
          (isLimited ? ' The client was at its limit with the fastest, so the difference may be larger.' : ''),
        evidence: [groupEvidence(metric, holders)],
      },
    ];
  });
}

/** The servers with the longest and the shortest 99th percentile. */
export function tail({ servers }: Facts): readonly Finding[] {
  const holders = rankedByGroup(servers, 'p99');
  const ends = clearEnds(holders, TAIL_RATIO);
  if (ends === undefined) return [];
  const { least, most } = ends;
  const [usual, slower] = [least, most].map(({ server }) => watchedGroup(server).metrics.p50);
  const isAllSlower = usual !== undefined && slower !== undefined && slower.median >= usual.median * TAIL_RATIO;
  return [
    {
      rule: 'tail',
      title: `One request in a hundred takes ${format.duration(most.value.median)} or longer with ${most.server.spec.name}, and ${format.duration(least.value.median)} with ${least.server.spec.name}.`,
      text: isAllSlower
        ? 'The median is longer as well, so most clients notice.'
        : 'The median is about the same, so only a few clients notice.',
      evidence: [groupEvidence('p99', holders), groupEvidence('p50', [least, most])],
    },
  ];
}

/** Several loops compared with one: what the second processor brings. */
export function moreLoops({ servers, cores }: Facts): readonly Finding[] {
  return servers.flatMap((many) => {
    const one = servers.find((server) => isOneOf(server, many));
    const [oneRate, manyRate] = [rateOf(one), rateOf(many)];
    if (one === undefined || oneRate === undefined || manyRate === undefined) return [];
    const [oneCores, manyCores] = [one.metrics.cores, many.metrics.cores];
    if (oneCores === undefined || manyCores === undefined) return [];
    const evidence = [groupEvidence('rate', [one, many]), serverEvidence('cores', [one, many])];
    const gain = format.times(ratioOf(manyRate, oneRate));
    if (isClearlyAbove(manyRate, oneRate) && manyCores.median > 1) {
      return [
        {
          rule: 'more-loops',
          title: `${many.spec.name} does ${gain} the requests of one loop.`,
          text:
            `It kept ${format.number(manyCores.median)} processors busy. One loop can't use more than one, and ` +
            (oneCores.median >= FULL_CORE ? 'that one was full.' : `used ${format.number(oneCores.median)} of it.`),
          evidence,
        },
      ];
    }
    const used = manyCores.median + clientCoresOf(many);
    if (isClearlyAbove(manyRate, oneRate) || used < cores * FULL_MACHINE) return [];
    return [
      {
        rule: 'no-room-for-loops',
        title: `${many.spec.name} gains nothing here: the machine was full.`,
        text: `Server and clients share ${format.count(cores, 'processor')} and kept ${format.number(used)} of them busy. More threads need more processors, or clients on another machine.`,
        evidence: [
          ...evidence,
          `processors that the clients of ${many.spec.name} kept busy: ${format.number(clientCoresOf(many))}`,
        ],
      },
    ];
  });
}

/** Clients that got less than others of the same group. */
export function unfairness({ servers }: Facts): readonly Finding[] {
  const ends = clearEnds(rankedByGroup(servers, 'fairness'));
  if (ends === undefined) return [];
  const { least, most } = ends;
  const counts = watchedGroup(least.server).loads.at(-1)!.perClient;
  const [fewest, greatest] = [Math.min(...counts), Math.max(...counts)];
  return [
    {
      rule: 'unfairness',
      title: `${least.server.spec.name} serves some clients much more often than others.`,
      text: `In its last round one client completed ${format.count(fewest, 'request')} and another ${format.number(greatest)}; with ${most.server.spec.name} they were nearly equal.`,
      evidence: [groupEvidence('fairness', [least, most])],
    },
  ];
}

/** Servers that could not keep up with the schedule. */
export function fallsBehind({ servers, scenario }: Facts): readonly Finding[] {
  const due = scenario.groups[0]!.rate;
  if (due === undefined) return [];
  return rankedByGroup(servers, 'rate')
    .filter(({ value }) => value.max < due * KEEPS_UP)
    .map((holder) => ({
      rule: 'falls-behind',
      title: `${holder.server.spec.name} does not keep up: ${format.number(holder.value.median)} of ${format.number(due)} requests a second.`,
      text: 'Requests were due on a schedule, whatever the server did. Late ones waited in a queue that only grew, so the times depend on the length of the measurement.',
      evidence: [groupEvidence('rate', [holder]), groupEvidence('max', [holder])],
    }));
}

/** Nothing differs by more than the noise, which is a finding as well. */
export function noDifference({ servers }: Facts): readonly Finding[] {
  const metrics: readonly GroupMetric[] = ['rate', 'throughput', 'p50', 'p99'];
  const hasDifference =
    metrics.some((metric) => areClearlyApart(rankedByGroup(servers, metric))) ||
    areClearlyApart(rankedByServer(servers, 'cpuPerRequest'));
  if (hasDifference) return [];
  const isUnknown = servers.some(({ rounds }) => rounds.length < 2);
  return [
    {
      rule: 'no-difference',
      title: isUnknown
        ? 'The servers may differ: to tell, each needs two rounds.'
        : 'Speed, waiting times and processor time differ by no more than the noise.',
      text: isUnknown
        ? 'A difference counts if it is larger than the differences between the rounds of one server.'
        : 'No difference between the servers was larger than those between the rounds of one server. More or longer rounds can show smaller differences.',
      evidence: metrics
        .map((metric) => [metric, rankedByGroup(servers, metric)] as const)
        .filter(([, holders]) => holders.length > 0)
        .map(([metric, holders]) => groupEvidence(metric, holders)),
    },
  ];
}

/** How busy the busiest client thread was in its busiest round, 0 to 1: one busy round is enough to mislead. */
export function clientBusyOf({ groups }: ServerFacts): number {
  return Math.max(0, ...groups.flatMap(({ loads }) => loads.map(({ client }) => client.busy)));
}

/** Average number of processors that the clients of a server kept busy. */
export function clientCoresOf({ rounds }: ServerFacts): number {
  const cores = rounds.map(({ groups }) =>
    groups.reduce((sum, { load }) => sum + load.client.cpuMs / Math.max(load.elapsedMs, 1), 0),
  );
  return cores.reduce((sum, value) => sum + value, 0) / Math.max(cores.length, 1);
}

/** Whether any two differ by more than the noise; the first and the last need not, if one of them is noisy. */
function areClearlyApart(holders: readonly Holder[]): boolean {
  return holders.some(({ value }) => holders.some((other) => isClearlyAbove(value, other.value)));
}

function rateOf(server: ServerFacts | undefined): Holder['value'] | undefined {
  return server && watchedGroup(server).metrics.rate;
}

function isOpenLoop(servers: readonly ServerFacts[]): boolean {
  return servers.some((server) => watchedGroup(server).group.rate !== undefined);
}

/** Whether a server is one loop of the kind that another one has several of: the same arguments but for the threads. */
function isOneOf({ spec: one }: ServerFacts, { spec: many }: ServerFacts): boolean {
  if (one.threads !== 1 || (many.threads ?? 1) < 2 || isThreadPerClient(many)) return false;
  if (!('args' in one.start) || !('args' in many.start)) return false;
  return many.start.args.join(' ').startsWith(`${one.start.args.join(' ')} `);
}
