/** Who did more, who made clients wait, and what threads had to do with it. */
import { type Facts, type ServerFacts, watchedGroup } from '../figures/facts.ts';
import { GROUP_FIGURES, type GroupFigure } from '../figures/figure.ts';
import * as format from '../format.ts';
import { isClearlyAbove, ratioOf } from '../statistics.ts';
import {
  clearEnds,
  type Finding,
  groupEvidence,
  type Holder,
  holderOf,
  rankedByGroup,
  rankedByServer,
  serverEvidence,
} from './finding.ts';

/** From here on the client's own thread holds the servers back. */
export const BUSY_CLIENT = 0.9;
/** A waiting time that is longer by less is not worth a word of its own. */
const TAIL_RATIO = 1.5;
/** A loop that keeps its one processor so busy has no more to give. */
const FULL_CORE = 0.85;
/** A machine that is used so much has nothing left for one more thread. */
const FULL_MACHINE = 0.85;
/** An open loop's server that does less than this share of what was due does not keep up. */
const KEEPS_UP = 0.95;

/** Who did the most requests, or moved the most bytes, and who the fewest. */
export function throughput({ servers }: Facts): readonly Finding[] {
  return (['rate', 'throughput'] as const).flatMap((figure) => {
    const holders = rankedByGroup(servers, figure);
    const ends = clearEnds(holders);
    if (ends === undefined || isOpenLoop(servers)) return [];
    const { least, most } = ends;
    const { text } = GROUP_FIGURES[figure];
    const what = figure === 'rate' ? 'requests a second' : 'to its clients';
    const isLimited = holders.some(({ server }) => clientBusyOf(server) >= BUSY_CLIENT);
    return [
      {
        rule: 'throughput',
        title: `${most.server.spec.name} did the most: ${text(most.value.median)} ${what}; ${least.server.spec.name} the least: ${text(least.value.median)}.`,
        text:
          `That is ${format.times(ratioOf(most.value, least.value))} as much. In a closed loop clients ask again when they ` +
          `have their answer, so who answers sooner is asked more.` +
          (isLimited ? ' The client itself was at its limit with the fastest, so the difference may be larger.' : ''),
        evidence: [groupEvidence(figure, holders)],
      },
    ];
  });
}

/** Whose unlucky clients waited longest. */
export function tail({ servers }: Facts): readonly Finding[] {
  const holders = rankedByGroup(servers, 'p99');
  const ends = clearEnds(holders, TAIL_RATIO);
  if (ends === undefined) return [];
  const { least, most } = ends;
  const medians = [least, most].flatMap(({ server }) => holderOf(server, watchedGroup(server).figures.p50));
  const [usual, slower] = medians.map(({ value }) => value);
  const isAllSlower = usual !== undefined && slower !== undefined && slower.median >= usual.median * TAIL_RATIO;
  return [
    {
      rule: 'tail',
      title: `One in a hundred waited ${format.duration(most.value.median)} or longer at ${most.server.spec.name}, ${format.duration(least.value.median)} at ${least.server.spec.name}.`,
      text: isAllSlower
        ? 'It is not only the unlucky ones: the median is longer as well.'
        : 'The median is about the same: most clients would not notice, a few would.',
      evidence: [groupEvidence('p99', holders), groupEvidence('p50', medians)],
    },
  ];
}

/** Several loops beside one: what the second processor was good for. */
export function moreLoops({ servers, cores }: Facts): readonly Finding[] {
  const one = servers.find(({ spec }) => spec.kind === 'epoll');
  return servers.flatMap((many) => {
    const [oneRate, manyRate] = [rateOf(one), rateOf(many)];
    if (one === undefined || many.spec.kind !== 'loops' || oneRate === undefined || manyRate === undefined) return [];
    const [oneCores, manyCores] = [one.figures.cores, many.figures.cores];
    if (oneCores === undefined || manyCores === undefined) return [];
    const evidence = [
      groupEvidence('rate', [...holderOf(one, oneRate), ...holderOf(many, manyRate)]),
      serverEvidence('cores', [...holderOf(one, oneCores), ...holderOf(many, manyCores)]),
    ];
    const gain = format.times(ratioOf(manyRate, oneRate));
    if (isClearlyAbove(manyRate, oneRate) && manyCores.median > 1) {
      return [
        {
          rule: 'more-loops',
          title: `${many.spec.name} did ${gain} the requests of one loop.`,
          text:
            `It kept ${format.number(manyCores.median)} processors busy; one loop can't use more than one, and ` +
            (oneCores.median >= FULL_CORE ? 'had that one full.' : `used ${format.number(oneCores.median)} of it.`),
          evidence,
        },
      ];
    }
    const used = manyCores.median + clientCoresOf(many);
    if (isClearlyAbove(manyRate, oneRate) || used < cores * FULL_MACHINE) return [];
    return [
      {
        rule: 'no-room-for-loops',
        title: `A second loop brought nothing here: the machine was full.`,
        text: `Server and clients share ${format.count(cores, 'processor')} and kept ${format.number(used)} of them busy. More threads need more processors, or a client on another machine.`,
        evidence: [
          ...evidence,
          `processors that the clients kept busy beside ${many.spec.name}: ${format.number(clientCoresOf(many))}`,
        ],
      },
    ];
  });
}

/** Who got less than others of the same group. */
export function unfairness({ servers }: Facts): readonly Finding[] {
  const ends = clearEnds(rankedByGroup(servers, 'fairness'));
  if (ends === undefined) return [];
  const { least, most } = ends;
  const counts = watchedGroup(least.server).loads.at(-1)!.perClient;
  const [fewest, greatest] = [Math.min(...counts), Math.max(...counts)];
  return [
    {
      rule: 'unfairness',
      title: `${least.server.spec.name} served some clients much more often than others.`,
      text: `In its last round one client got ${format.count(fewest, 'request')} done and another ${format.number(greatest)}; with ${most.server.spec.name} they were nearly equal.`,
      evidence: [groupEvidence('fairness', [least, most])],
    },
  ];
}

/** A server that could not keep up with a schedule. */
export function fallsBehind({ servers, scenario }: Facts): readonly Finding[] {
  const due = scenario.groups[0]!.rate;
  if (due === undefined) return [];
  return rankedByGroup(servers, 'rate')
    .filter(({ value }) => value.max < due * KEEPS_UP)
    .map((holder) => ({
      rule: 'falls-behind',
      title: `${holder.server.spec.name} did not keep up: ${format.number(holder.value.median)} of ${format.number(due)} requests a second.`,
      text: 'Requests were due on a schedule, whatever the server did. What it could not do in time stood in line, and the line only grew: the times here depend on how long the measurement lasted.',
      evidence: [groupEvidence('rate', [holder]), groupEvidence('max', longestOf(holder))],
    }));
}

/** When nothing differs by more than the noise: that is a finding, too. */
export function noDifference({ servers }: Facts): readonly Finding[] {
  const figures: readonly GroupFigure[] = ['rate', 'throughput', 'p50', 'p99'];
  const hasDifference =
    figures.some((figure) => areClearlyApart(rankedByGroup(servers, figure))) ||
    areClearlyApart(rankedByServer(servers, 'cpuPerRequest'));
  if (hasDifference) return [];
  const isUnknown = servers.some(({ rounds }) => rounds.length < 2);
  return [
    {
      rule: 'no-difference',
      title: isUnknown
        ? 'Whether the servers differ cannot be said: it takes two rounds of each.'
        : 'Speed, waiting times and processor time differed by no more than the noise.',
      text: isUnknown
        ? 'A difference counts when it is larger than that between the rounds of one and the same server.'
        : 'Between the servers there was no difference larger than that between the rounds of one and the same server. More rounds, or longer ones, can show smaller differences.',
      evidence: figures
        .map((figure) => [figure, rankedByGroup(servers, figure)] as const)
        .filter(([, holders]) => holders.length > 0)
        .map(([figure, holders]) => groupEvidence(figure, holders)),
    },
  ];
}

/** How busy the busiest of a server's clients' threads was, 0 to 1: in its busiest round, as one is enough to mislead. */
export function clientBusyOf({ groups }: ServerFacts): number {
  return Math.max(0, ...groups.flatMap(({ loads }) => loads.map(({ client }) => client.busy)));
}

/** Processors that the clients kept busy beside a server, on average. */
export function clientCoresOf({ rounds }: ServerFacts): number {
  const cores = rounds.map(({ groups }) =>
    groups.reduce((sum, { load }) => sum + load.client.cpuMs / Math.max(load.elapsedMs, 1), 0),
  );
  return cores.reduce((sum, value) => sum + value, 0) / Math.max(cores.length, 1);
}

/** Whether any two differ by more than the noise; it need not be the least and the greatest, if one of these is noisy. */
function areClearlyApart(holders: readonly Holder[]): boolean {
  return holders.some(({ value }) => holders.some((other) => isClearlyAbove(value, other.value)));
}

function rateOf(server: ServerFacts | undefined): Holder['value'] | undefined {
  return server && watchedGroup(server).figures.rate;
}

function longestOf({ server }: Holder): Holder[] {
  return holderOf(server, watchedGroup(server).figures.max);
}

function isOpenLoop(servers: readonly ServerFacts[]): boolean {
  return servers.some((server) => watchedGroup(server).group.rate !== undefined);
}
