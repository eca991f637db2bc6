/** What requests and threads cost, and where the processor time went. */
import type { Facts, ServerFacts } from '../figures/facts.ts';
import { WARM } from '../figures/figure.ts';
import * as format from '../format.ts';
import { isClearlyAbove, ratioOf } from '../statistics.ts';
import { clearEnds, type Finding, type Holder, holderOf, rankedByServer, serverEvidence } from './finding.ts';

/** A thread that waits less often than this for each request has always found work. */
const WAITS = 0.5;
/** Memory that differs less is not worth a word. */
const MEMORY_RATIO = 1.3;
/** Connections from which going through all of them can be seen. */
const MANY_DESCRIPTORS = 200;

/** Which server's requests cost the most processor time, which the least, and where the difference went. */
export function requestCost({ servers, scenario }: Facts): readonly Finding[] {
  const ends = clearEnds(rankedByServer(servers, 'cpuPerRequest'));
  if (ends === undefined) return [];
  const { least, most } = ends;
  const reasons = reasonsOf(least.server, most.server);
  const hasBad = scenario.groups.some((group) => Object.keys(group.with).length > 0);
  return [
    {
      rule: 'request-cost',
      title: `A request cost ${most.server.spec.name} ${format.duration(most.value.median)} of processor time, and ${least.server.spec.name} ${format.duration(least.value.median)}.`,
      text:
        `That is ${format.times(ratioOf(most.value, least.value))} as much. ` +
        (reasons.length === 0
          ? 'No measurement here says where the difference went.'
          : reasons.map(({ text }) => text).join(' ')) +
        (hasBad ? ' What the misbehaving clients cost is in it.' : ''),
      evidence: [
        serverEvidence('cpuPerRequest', rankedByServer(servers, 'cpuPerRequest')),
        ...reasons.map(({ evidence }) => evidence),
      ],
    },
  ];
}

interface Reason {
  readonly text: string;
  readonly evidence: string;
}

function reasonsOf(cheap: ServerFacts, dear: ServerFacts): Reason[] {
  return [coldReason(dear), switchReason(cheap, dear), placeReason(cheap, dear)].filter(
    (reason) => reason !== undefined,
  );
}

/** A server that was still compiling. */
function coldReason({ spec, figures: { steadiness } }: ServerFacts): Reason | undefined {
  if (steadiness === undefined || steadiness.median >= WARM) return undefined;
  const engines =
    spec.threads !== undefined && spec.threads > 1 ? `, ${spec.threads} engines that each learn by themselves` : '';
  return {
    text: `${spec.name} was not warm yet (${format.percent(1 - steadiness.median)} cheaper at the end than before${engines}): a part of the difference would go away.`,
    evidence: `cost at the end, as a share of before: ${spec.name} ${format.percent(steadiness.median)}`,
  };
}

/** Threads that went to sleep and were woken. */
function switchReason(cheap: ServerFacts, dear: ServerFacts): Reason | undefined {
  const [few, many] = [cheap.figures.switchesPerRequest, dear.figures.switchesPerRequest];
  if (few === undefined || many === undefined || !isClearlyAbove(many, few)) return undefined;
  if (many.median < few.median + WAITS) return undefined;
  // Of other servers it isn't known what a thread waits for.
  const why =
    dear.spec.kind === 'pool'
      ? 'a thread that has to wait for its one client is woken by the kernel for each step of the conversation, a loop ' +
        'with many clients mostly finds the next one ready.'
      : 'each time the kernel has to switch to another thread and back.';
  return {
    text:
      `${dear.spec.name}'s threads went to sleep ${format.number(many.median)} times for each request, ` +
      `${cheap.spec.name}'s ${format.number(few.median)} times: ${why}`,
    evidence: serverEvidence('switchesPerRequest', [...holderOf(cheap, few), ...holderOf(dear, many)]),
  };
}

/** In the kernel or in the program. */
function placeReason(cheap: ServerFacts, dear: ServerFacts): Reason | undefined {
  const [cheapKernel, dearKernel] = [kernelTimeOf(cheap), kernelTimeOf(dear)];
  if (cheapKernel === undefined || dearKernel === undefined) return undefined;
  const difference = dear.figures.cpuPerRequest!.median - cheap.figures.cpuPerRequest!.median;
  const share = (dearKernel - cheapKernel) / difference;
  const own = Math.min(Math.max(1 - share, 0), 1);
  return {
    text:
      own >= 0.5
        ? `Most of the difference (${format.percent(own)}) is time in the program itself, not in system calls.`
        : `Most of the difference (${format.percent(1 - own)}) is time in the kernel: system calls, and switching between threads.`,
    evidence: `time in the kernel a request: ${cheap.spec.name} ${format.duration(cheapKernel)}; ${dear.spec.name} ${format.duration(dearKernel)}`,
  };
}

function kernelTimeOf({ figures: { cpuPerRequest, kernelShare } }: ServerFacts): number | undefined {
  return cpuPerRequest && kernelShare && cpuPerRequest.median * kernelShare.median;
}

/** select and poll beside epoll, where most descriptors are idle. */
export function scanCost({ servers }: Facts): readonly Finding[] {
  const told = servers.find(({ spec }) => spec.kind === 'epoll');
  const toldCost = told?.figures.cpuPerRequest;
  if (told === undefined || toldCost === undefined) return [];
  return servers.flatMap((server) => {
    const { cpuPerRequest, descriptors } = server.figures;
    if (server.spec.kind !== 'select' && server.spec.kind !== 'poll') return [];
    if (cpuPerRequest === undefined || descriptors === undefined || descriptors.median < MANY_DESCRIPTORS) return [];
    if (!isClearlyAbove(cpuPerRequest, toldCost)) return [];
    const pair: Holder[] = [...holderOf(server, cpuPerRequest), ...holderOf(told, toldCost)];
    const open = format.number(descriptors.median);
    return [
      {
        rule: 'scan-cost',
        title: `${server.spec.name} paid for every open connection, ready or not.`,
        text:
          `With ${open} descriptors open each call of ${server.spec.kind}(2) goes through all of them to find the few that ` +
          `are ready. epoll(7) keeps the set in the kernel and is told only of those. A request cost ` +
          `${format.times(ratioOf(cpuPerRequest, toldCost))} as much.`,
        evidence: [
          serverEvidence('cpuPerRequest', pair),
          serverEvidence('descriptors', [
            ...holderOf(server, descriptors),
            ...holderOf(told, told.figures.descriptors),
          ]),
        ],
      },
    ];
  });
}

/** Which server needed the most memory, and what its threads have to do with it. */
export function memoryCost({ servers }: Facts): readonly Finding[] {
  const ends = clearEnds(rankedByServer(servers, 'memory'), MEMORY_RATIO);
  if (ends === undefined) return [];
  const { least, most } = ends;
  const [few, many] = [least.server.figures.threads, most.server.figures.threads];
  const more = few && many ? many.median - few.median : 0;
  const difference = most.value.median - least.value.median;
  const isThreads = more > 0 && ['pool', 'loops'].includes(most.server.spec.kind);
  return [
    {
      rule: 'memory-cost',
      title: `${most.server.spec.name} needed ${format.bytes(most.value.median)} of memory, ${least.server.spec.name} ${format.bytes(least.value.median)}.`,
      text: isThreads
        ? `It has ${format.count(more, 'thread')} more, and each is a JavaScript engine with a heap of its own: about ${format.bytes(difference / more)} for each.`
        : 'The number of threads does not explain it; what a program keeps in memory can’t be seen from outside.',
      evidence: [
        serverEvidence('memory', [least, most]),
        serverEvidence('threads', [...holderOf(least.server, few), ...holderOf(most.server, many)]),
      ],
    },
  ];
}
