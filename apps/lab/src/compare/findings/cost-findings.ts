/** The cost of requests and threads, and where the processor time went. */
import type { Facts, ServerFacts } from '../metrics/facts.ts';
import { WARM } from '../metrics/metric.ts';
import * as format from '../sentence-format.ts';
import { isClearlyAbove, ratioOf } from '@concurrent-primes/harness';
import { isThreadPerClient } from '../servers/server-spec.ts';
import { clearEnds, type Finding, rankedByServer, serverEvidence } from './finding.ts';

/** Fewer waits a request than this don't explain a difference. */
const WAITS = 0.5;
/** A smaller ratio of memory is not worth a finding. */
const MEMORY_RATIO = 1.3;
/** With fewer descriptors the cost of scanning all of them doesn't show. */
const MANY_DESCRIPTORS = 200;

/** The servers whose requests cost the most and the least processor time, and where the difference went. */
export function requestCost({ servers, scenario }: Facts): readonly Finding[] {
  const ends = clearEnds(rankedByServer(servers, 'cpuPerRequest'));
  if (ends === undefined) return [];
  const { least, most } = ends;
  const reasons = reasonsOf(least.server, most.server);
  const hasBad = scenario.groups.some((group) => Object.keys(group.with).length > 0);
  return [
    {
      rule: 'request-cost',
      title: `A request costs ${most.server.spec.name} ${format.duration(most.value.median)} of processor time, and ${least.server.spec.name} ${format.duration(least.value.median)}.`,
      text:
        `That is ${format.times(ratioOf(most.value, least.value))} as much. ` +
        (reasons.length === 0
          ? 'No measurement here explains the difference.'
          : reasons.map(({ text }) => text).join(' ')) +
        (hasBad ? ' This includes the cost of the misbehaving clients.' : ''),
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

function reasonsOf(cheap: ServerFacts, costly: ServerFacts): Reason[] {
  return [coldReason(costly), switchReason(cheap, costly), kernelReason(cheap, costly)].filter(
    (reason) => reason !== undefined,
  );
}

/** The server was still compiling its code. */
function coldReason({ spec, metrics: { steadiness } }: ServerFacts): Reason | undefined {
  if (steadiness === undefined || steadiness.median >= WARM) return undefined;
  const engines =
    spec.threads !== undefined && spec.threads > 1 ? `; each of its ${spec.threads} threads compiles for itself` : '';
  return {
    text: `${spec.name} was not warm yet (a request cost ${format.percent(1 - steadiness.median)} less in the second half${engines}), so part of the difference would disappear.`,
    evidence: `cost in the second half, relative to the first: ${spec.name} ${format.percent(steadiness.median)}`,
  };
}

/** Threads had to sleep and be woken. */
function switchReason(cheap: ServerFacts, costly: ServerFacts): Reason | undefined {
  const [few, many] = [cheap.metrics.switchesPerRequest, costly.metrics.switchesPerRequest];
  if (few === undefined || many === undefined || !isClearlyAbove(many, few)) return undefined;
  if (many.median < few.median + WAITS) return undefined;
  const why = isThreadPerClient(costly.spec)
    ? 'the kernel wakes a thread for each step of its one client; a loop with many clients usually finds another one ' +
      'ready.'
    : 'each time the kernel has to switch to another thread and back.';
  return {
    text:
      `Threads of ${costly.spec.name} went to sleep ${format.number(many.median)} times a request, those of ` +
      `${cheap.spec.name} ${format.number(few.median)} times: ${why}`,
    evidence: serverEvidence('switchesPerRequest', [cheap, costly]),
  };
}

/** The time was spent in the kernel, or in the program. */
function kernelReason(cheap: ServerFacts, costly: ServerFacts): Reason | undefined {
  const [cheapKernel, costlyKernel] = [kernelTimeOf(cheap), kernelTimeOf(costly)];
  if (cheapKernel === undefined || costlyKernel === undefined) return undefined;
  const difference = costly.metrics.cpuPerRequest!.median - cheap.metrics.cpuPerRequest!.median;
  const share = (costlyKernel - cheapKernel) / difference;
  const own = Math.min(Math.max(1 - share, 0), 1);
  return {
    text:
      own >= 0.5
        ? `Most of the difference (${format.percent(own)}) is time in the program itself.`
        : `Most of the difference (${format.percent(1 - own)}) is time in the kernel: system calls and thread switches.`,
    evidence: `time in the kernel a request: ${cheap.spec.name} ${format.duration(cheapKernel)}; ${costly.spec.name} ${format.duration(costlyKernel)}`,
  };
}

function kernelTimeOf({ metrics: { cpuPerRequest, kernelShare } }: ServerFacts): number | undefined {
  return cpuPerRequest && kernelShare && cpuPerRequest.median * kernelShare.median;
}

/** select(2) and poll(2) compared with epoll(7), where most descriptors are idle. */
export function scanCost({ servers }: Facts): readonly Finding[] {
  const epoll = servers.find(({ spec }) => spec.kind === 'epoll');
  const epollCost = epoll?.metrics.cpuPerRequest;
  if (epoll === undefined || epollCost === undefined) return [];
  return servers.flatMap((server) => {
    const { cpuPerRequest, descriptors } = server.metrics;
    if (server.spec.kind !== 'select' && server.spec.kind !== 'poll') return [];
    if (cpuPerRequest === undefined || descriptors === undefined || descriptors.median < MANY_DESCRIPTORS) return [];
    if (!isClearlyAbove(cpuPerRequest, epollCost)) return [];
    const open = format.number(descriptors.median);
    return [
      {
        rule: 'scan-cost',
        title: `${server.spec.name} pays for every open connection, ready or not.`,
        text:
          `With ${open} open descriptors, each call of ${server.spec.kind}(2) scans all of them for the few that are ready. ` +
          `epoll(7) keeps the set in the kernel and returns only the ready ones. A request cost ` +
          `${format.times(ratioOf(cpuPerRequest, epollCost))} as much.`,
        evidence: [serverEvidence('cpuPerRequest', [server, epoll]), serverEvidence('descriptors', [server, epoll])],
      },
    ];
  });
}

/** The servers that needed the most and the least memory, and the part of their threads in it. */
export function memoryCost({ servers }: Facts): readonly Finding[] {
  const ends = clearEnds(rankedByServer(servers, 'memory'), MEMORY_RATIO);
  if (ends === undefined) return [];
  const { least, most } = ends;
  const [few, many] = [least.server.metrics.threads, most.server.metrics.threads];
  const more = few && many ? many.median - few.median : 0;
  const difference = most.value.median - least.value.median;
  const isThreads = more > 0 && (most.server.spec.threads ?? 1) > 1;
  return [
    {
      rule: 'memory-cost',
      title: `${most.server.spec.name} needs ${format.bytes(most.value.median)} of memory, ${least.server.spec.name} ${format.bytes(least.value.median)}.`,
      text: isThreads
        ? `It has ${format.count(more, 'thread')} more. Each is a JavaScript engine with a heap of its own, about ${format.bytes(difference / more)}.`
        : 'The number of threads does not explain it; what a program keeps in memory can’t be seen from outside.',
      evidence: [serverEvidence('memory', [least, most]), serverEvidence('threads', [least, most])],
    },
  ];
}
