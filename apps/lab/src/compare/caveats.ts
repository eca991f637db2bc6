/** The caveats: questions about the measurement itself, with answers that say how far to trust the metrics. */
import type { LoadResult } from '@concurrent-primes/load';
import { WARM } from './metrics/metric.ts';
import { type Facts, factsOf, type ServerFacts, watchedGroup } from './metrics/facts.ts';
import { BUSY_CLIENT, clientBusyOf, clientCoresOf } from './findings/speed-findings.ts';
import * as format from './sentence-format.ts';
import type { Comparison } from './comparison.ts';
import { chanceOfSeparation, spreadOf, summarize } from '@concurrent-primes/harness';

/** One question, its answer, and its meaning. */
export interface Caveat {
  readonly question: string;
  readonly answer: string;
  readonly meaning: string;
  /** `careful` if the metrics need care. */
  readonly verdict: 'good' | 'careful';
}

/** Above this use of the machine, server and clients take processor time from each other. */
const FULL_MACHINE = 0.9;
/** Tolerance for the requests at both ends of the run. */
const LITTLE_TOLERANCE = 0.1;
/** Rounds with a larger spread are noisy. */
const NOISY = 0.25;
/** A machine with a larger load average for each processor was not idle. */
const LOADED = 0.25;

export function caveatsOf(comparison: Comparison): readonly Caveat[] {
  const facts = factsOf(comparison);
  return [
    clientLimit(facts),
    littlesLaw(facts),
    noise(facts),
    sharedCores(facts, comparison),
    warm(facts),
    othersBefore(comparison),
    verified(facts),
    loopback(),
    ...sameConditions(comparison),
    ...whole(comparison),
  ];
}

function clientLimit({ servers }: Facts): Caveat {
  const limited = servers.filter((server) => clientBusyOf(server) >= BUSY_CLIENT);
  const most = Math.max(0, ...servers.map(clientBusyOf));
  return {
    question: 'Was the client the limit?',
    answer: limited.length === 0 ? `No: ${format.percent(most)} busy at most` : `Yes, with ${namesOf(limited)}`,
    meaning:
      limited.length === 0
        ? "The client's threads slept at times, so the time was that of the servers, or of the machine."
        : 'The client never slept while it measured these. They could have done more than shown, and their times include waiting for the client. Processor time a request is not affected.',
    verdict: limited.length === 0 ? 'good' : 'careful',
  };
}

/** J. Little: A Proof for the Queuing Formula L = λW (Operations Research 9, 1961). */
function littlesLaw({ servers, scenario }: Facts): Caveat {
  const checked = servers.flatMap((server) => {
    const shares = watchedGroup(server).loads.flatMap((load) => littleShare(load) ?? []);
    return shares.length === 0 ? [] : [{ name: server.spec.name, share: summarize(shares).median }];
  });
  const off = checked.filter(({ share }) => Math.abs(share - 1) > LITTLE_TOLERANCE);
  const meaning =
    'Number of clients = requests a second × mean time of a request, in every system. If the product is smaller, clients spent the rest between two requests, because the load engine was busy with others: the times are right, and the rates would be higher with a faster client. If it is larger, requests were cut off at the end.';
  if (checked.length === 0) {
    return {
      question: "Does Little's law hold?",
      answer: `Not checked: ${scenario.groups[0]!.rate === undefined ? 'no request was completed' : 'requests followed a schedule'}`,
      meaning,
      verdict: 'good',
    };
  }
  const texts = (off.length === 0 ? checked : off).map(({ name, share }) => `${format.percent(share)} with ${name}`);
  return {
    question: "Does Little's law hold?",
    answer: `${off.length === 0 ? 'Yes' : 'Not everywhere'}: relative to the number of clients, the product is ${format.list(texts)}`,
    meaning,
    verdict: off.length === 0 ? 'good' : 'careful',
  };
}

/** λW relative to L; undefined in an open loop, or if no request was completed. */
function littleShare({ requests, requestsPerSecond, latency, perClient }: LoadResult): number | undefined {
  if (perClient.length === 0 || requests === 0) return undefined;
  return (requestsPerSecond * latency.done.meanMs) / 1000 / perClient.length;
}

function noise({ servers, scenario }: Facts): Caveat {
  const spreads = servers.flatMap((server) => {
    const { rate, throughput } = watchedGroup(server).metrics;
    const value = rate ?? throughput;
    return value === undefined ? [] : [{ name: server.spec.name, spread: spreadOf(value) }];
  });
  const worst = spreads.toSorted((one, other) => other.spread - one.spread).at(0);
  const single = servers.filter((server) => server.rounds.length < 2);
  const one = single.length > 0;
  const rounds = Math.min(...servers.map((server) => server.rounds.length));
  return {
    question: 'How noisy were the rounds?',
    answer: one
      ? `Unknown${scenario.rounds < 2 ? '' : ` with ${namesOf(single)}`}: there was only one`
      : `The rounds of ${worst?.name ?? 'a server'} differ by ${format.percent(worst?.spread ?? 0)}, those of the others by less`,
    meaning: one
      ? 'With one round, no difference can be told from noise, so none is reported.'
      : `A difference is reported only if all ${rounds} rounds of one server are above all ${rounds} of the other, and the medians differ by a tenth. Random noise alone separates the rounds of two servers in ${format.percent(chanceOfSeparation(rounds))} of cases.`,
    verdict: one || (worst?.spread ?? 0) > NOISY ? 'careful' : 'good',
  };
}

function sharedCores({ servers, cores }: Facts, { environment }: Comparison): Caveat {
  const used = servers.map((server) => ({
    server,
    cores: (server.metrics.cores?.median ?? 0) + clientCoresOf(server),
  }));
  const most = used.toSorted((one, other) => other.cores - one.cores).at(0);
  const isFull = (most?.cores ?? 0) > cores * FULL_MACHINE;
  return {
    question: 'Did server and clients share processors?',
    answer: `They shared ${format.count(cores, 'processor')}, and kept up to ${format.number(most?.cores ?? 0)} busy`,
    meaning: isFull
      ? `With ${most!.server.spec.name} the machine was full: server and clients took processor time from each other, and more threads could not help. Compare processor time a request rather than requests a second.`
      : isLoaded(environment)
        ? 'Other processes may have used the rest, see below.'
        : 'They left processor time free.',
    verdict: isFull ? 'careful' : 'good',
  };
}

function warm({ servers }: Facts): Caveat {
  const cold = servers.filter(({ metrics: { steadiness } }) => steadiness !== undefined && steadiness.median < WARM);
  return {
    question: 'Were the servers warm?',
    answer: cold.length === 0 ? 'Yes' : `Not ${namesOf(cold)}`,
    meaning:
      cold.length === 0
        ? 'A request cost as much at the end of the measurement as at its beginning.'
        : 'Their requests got cheaper during the measurement: JavaScript is compiled when it has run often, and each thread compiles for itself. Use a longer warm-up (--warmup).',
    verdict: cold.length === 0 ? 'good' : 'careful',
  };
}

function othersBefore({ environment, before }: Comparison): Caveat {
  const environments = before === undefined ? [environment] : [before.environment, environment];
  const careful = environments.some(isLoaded);
  const loads = format.list(environments.map(({ loadBefore }) => format.number(loadBefore)));
  return {
    question: 'Was the machine idle before?',
    answer: `The load average of the minute before${before === undefined ? '' : ' each result'} was ${loads}`,
    meaning: careful
      ? 'Other processes were running, and may have gone on. Repeat on an idle machine before you trust small differences.'
      : 'It was about idle.',
    verdict: careful ? 'careful' : 'good',
  };
}

function isLoaded({ loadBefore, cores }: Comparison['environment']): boolean {
  return loadBefore > cores * LOADED;
}

function verified({ scenario }: Facts): Caveat {
  const unverified = scenario.groups.filter(({ verify }) => !verify).map(({ name }) => name);
  return {
    question: 'Were the answers correct?',
    answer:
      unverified.length === 0
        ? 'All were compared with our own sieve, byte by byte'
        : `All but those of ${format.list(unverified)} were compared byte by byte`,
    meaning:
      unverified.length === 0
        ? 'Wrong answers count as failed. The comparison costs processor time of the client, not of the server.'
        : 'For the others, count, order and bounds were checked: comparing 420 MB for each request would make the client the limit.',
    verdict: 'good',
  };
}

function loopback(): Caveat {
  return {
    question: 'Was there a network?',
    answer: 'No: the loopback device of one machine',
    meaning:
      'It has no delay and no losses. Over a real network, clients are slower and more of them are connected at once, so the way of waiting matters more than the cost of a request.',
    verdict: 'good',
  };
}

function sameConditions({ before, environment }: Comparison): readonly Caveat[] {
  if (before === undefined) return [];
  const { cpu, cores, os, node } = before.environment;
  const isSame =
    cpu === environment.cpu && cores === environment.cores && os === environment.os && node === environment.node;
  return [
    {
      question: 'Were both results measured under the same conditions?',
      answer: isSame ? 'On the same machine and software, but not in turns' : 'No: on different machines or software',
      meaning: isSame
        ? 'A machine differs from one time to another, so servers of different results are not ranked. To be sure of a change, compare both versions in turns, each by the command that starts it.'
        : 'The difference may be that of the machines, so servers of different results are not ranked. Compare both versions in turns on one machine.',
      verdict: 'careful',
    },
  ];
}

function whole({ interrupted, servers, scenario }: Comparison): readonly Caveat[] {
  const missing = servers.filter(({ rounds }) => rounds.length < scenario.rounds);
  if (missing.length === 0 && !interrupted) return [];
  return [
    {
      question: 'Is it complete?',
      answer: `No: it was interrupted, and ${format.count(missing.length, 'server')} had fewer rounds than planned`,
      meaning: 'Only complete turns are shown. With fewer rounds, fewer differences exceed the noise.',
      verdict: 'careful',
    },
  ];
}

function namesOf(servers: readonly ServerFacts[]): string {
  return format.list(servers.map(({ spec }) => spec.name));
}
