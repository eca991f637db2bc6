/**
 * What could make the figures lie, and whether it did: the questions that an honest experiment answers about itself.
 */
import type { LoadResult } from '@concurrent-primes/load';
import { WARM } from './figures/figure.ts';
import { type Facts, factsOf, type ServerFacts, watchedGroup } from './figures/facts.ts';
import { BUSY_CLIENT, clientBusyOf, clientCoresOf } from './findings/speed.ts';
import * as format from './format.ts';
import type { Comparison } from './results.ts';
import { chanceOfSeparation, measured, spreadOf } from './statistics.ts';

/** One question, its answer, and what that means. */
export interface Honesty {
  readonly question: string;
  readonly answer: string;
  readonly meaning: string;
  /** `careful` where figures have to be read with care. */
  readonly verdict: 'good' | 'careful';
}

/** Server and clients that use so much of the machine take processor time from each other. */
const FULL_MACHINE = 0.9;
/** A law that has no exceptions should hold up to how the run's ends are counted. */
const LITTLE_TOLERANCE = 0.1;
/** Rounds that differ more than this are noisy. */
const NOISY = 0.25;
/** A machine with so many processes waiting for each processor was not idle. */
const LOADED = 0.25;

/** Answers all questions about a comparison. */
export function honestyOf(comparison: Comparison): readonly Honesty[] {
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

function clientLimit({ servers }: Facts): Honesty {
  const limited = servers.filter((server) => clientBusyOf(server) >= BUSY_CLIENT);
  const most = Math.max(0, ...servers.map(clientBusyOf));
  return {
    question: 'Was the client the limit?',
    answer: limited.length === 0 ? `No: ${format.percent(most)} busy at most` : `Yes, with ${namesOf(limited)}`,
    meaning:
      limited.length === 0
        ? "The client's threads slept at times, so it was the servers, or the machine, that took the time."
        : 'The client never slept while it measured these. They could have done more than is shown, and their times include waiting for the client. Processor time a request is right all the same.',
    verdict: limited.length === 0 ? 'good' : 'careful',
  };
}

/** J. Little: A Proof for the Queuing Formula L = λW (Operations Research 9, 1961). */
function littlesLaw({ servers, scenario }: Facts): Honesty {
  const checked = servers.flatMap((server) => {
    const shares = watchedGroup(server).loads.flatMap((load) => littleShare(load) ?? []);
    const share = measured(shares)?.median;
    return share === undefined ? [] : [{ name: server.spec.name, share }];
  });
  const off = checked.filter(({ share }) => Math.abs(share - 1) > LITTLE_TOLERANCE);
  const meaning =
    'Clients = requests a second × mean time of a request: no system has an exception to it. Where the product is smaller, clients spent the rest between two requests, because the program that plays them was busy with others: the times are right, the rates would be higher with a faster client. Where it is larger, requests were cut off at the end.';
  if (checked.length === 0) {
    return {
      question: "Does Little's law hold?",
      answer: `It was not checked: ${scenario.groups[0]!.rate === undefined ? 'no request was done' : 'requests came by a schedule'}`,
      meaning,
      verdict: 'good',
    };
  }
  const texts = (off.length === 0 ? checked : off).map(({ name, share }) => `${name} ${format.percent(share)}`);
  return {
    question: "Does Little's law hold?",
    answer: `${off.length === 0 ? 'Yes' : 'Not everywhere'}: the product is this share of the clients: ${texts.join(', ')}`,
    meaning,
    verdict: off.length === 0 ? 'good' : 'careful',
  };
}

/** λW as a share of L; undefined in an open loop, or where nothing was done. */
function littleShare({ requests, requestsPerSecond, latency, perClient }: LoadResult): number | undefined {
  if (perClient.length === 0 || requests === 0) return undefined;
  return (requestsPerSecond * latency.done.meanMs) / 1000 / perClient.length;
}

function noise({ servers, scenario }: Facts): Honesty {
  const spreads = servers.flatMap((server) => {
    const { rate, throughput } = watchedGroup(server).figures;
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
      : `The rounds of ${worst?.name ?? 'a server'} lay ${format.percent(worst?.spread ?? 0)} apart, those of the others less`,
    meaning: one
      ? 'With one round nothing can be said to differ, so nothing is.'
      : `A difference is only spoken of when all ${rounds} rounds of one server are above all ${rounds} of the other, and their medians by a tenth. Chance alone does the first in ${format.percent(chanceOfSeparation(rounds))} of cases, for each pair of servers.`,
    verdict: one || (worst?.spread ?? 0) > NOISY ? 'careful' : 'good',
  };
}

function sharedCores({ servers, cores }: Facts, { environment }: Comparison): Honesty {
  const used = servers.map((server) => ({
    server,
    cores: (server.figures.cores?.median ?? 0) + clientCoresOf(server),
  }));
  const most = used.toSorted((one, other) => other.cores - one.cores).at(0);
  const isFull = (most?.cores ?? 0) > cores * FULL_MACHINE;
  return {
    question: 'How many processors were shared?',
    answer: `Server and clients shared ${format.count(cores, 'processor')}, and kept up to ${format.number(most?.cores ?? 0)} busy`,
    meaning: isFull
      ? `Beside ${most!.server.spec.name} they were full: server and clients took time from each other, and more threads could not help. Compare processor time a request before requests a second.`
      : isLoaded(environment)
        ? 'What they left may have gone to others, see below.'
        : 'Together they left processor time free.',
    verdict: isFull ? 'careful' : 'good',
  };
}

function warm({ servers }: Facts): Honesty {
  const cold = servers.filter(({ figures: { steadiness } }) => steadiness !== undefined && steadiness.median < WARM);
  return {
    question: 'Were the servers warm?',
    answer: cold.length === 0 ? 'Yes' : `Not ${namesOf(cold)}`,
    meaning:
      cold.length === 0
        ? 'A request cost them as much at the end of the measured time as at its begin.'
        : 'Their requests got cheaper while they were measured: JavaScript is compiled when it has run often, and each thread compiles for itself. A longer warm-up (--warmup) does them justice.',
    verdict: cold.length === 0 ? 'good' : 'careful',
  };
}

function othersBefore({ environment, before }: Comparison): Honesty {
  const environments = before === undefined ? [environment] : [before.environment, environment];
  const careful = environments.some(isLoaded);
  const loads = format.list(environments.map(({ loadBefore }) => format.number(loadBefore)));
  return {
    question: 'Did the machine do anything else?',
    answer: `In the minute before${before === undefined ? '' : ' each result'}, ${loads} processes wanted a processor on average`,
    meaning: careful
      ? 'That is not idle, and what it did may have gone on. Repeat on a quiet machine before you believe small differences.'
      : 'It was about idle.',
    verdict: careful ? 'careful' : 'good',
  };
}

function isLoaded({ loadBefore, cores }: Comparison['environment']): boolean {
  return loadBefore > cores * LOADED;
}

function verified({ scenario }: Facts): Honesty {
  const unverified = scenario.groups.filter(({ verify }) => !verify).map(({ name }) => name);
  return {
    question: 'Were the answers right?',
    answer:
      unverified.length === 0
        ? 'All were compared byte by byte with our own sieve'
        : `All but those of ${format.list(unverified)} were compared byte by byte`,
    meaning:
      unverified.length === 0
        ? 'Wrong ones count as failed. The comparing costs the client processor time, not the server.'
        : 'Of the others the number, the order and the bounds were checked: comparing 420 MB again and again would make the client the limit.',
    verdict: 'good',
  };
}

function loopback(): Honesty {
  return {
    question: 'Was there a network?',
    answer: 'No: the loopback device of one machine',
    meaning:
      'It has no delay and loses nothing. Over a real network clients are slower and more of them are under way at once, so servers differ more in how they wait than in what a request costs.',
    verdict: 'good',
  };
}

function sameConditions({ before, environment }: Comparison): readonly Honesty[] {
  if (before === undefined) return [];
  const { cpu, cores, os, node } = before.environment;
  const isSame =
    cpu === environment.cpu && cores === environment.cores && os === environment.os && node === environment.node;
  return [
    {
      question: 'Were both results measured under the same conditions?',
      answer: isSame ? 'On the same machine and software, but not in turns' : 'No: on other machines or software',
      meaning: isSame
        ? 'A machine is not the same at two times, so servers of different results are not ranked. To be sure of a change, compare both in turns, each by the command that starts it.'
        : 'A difference may be that of the machines, so servers of different results are not ranked. Compare both in turns on one machine.',
      verdict: 'careful',
    },
  ];
}

function whole({ interrupted, servers, scenario }: Comparison): readonly Honesty[] {
  const missing = servers.filter(({ rounds }) => rounds.length < scenario.rounds);
  if (missing.length === 0 && !interrupted) return [];
  return [
    {
      question: 'Is it complete?',
      answer: `No: it was interrupted, and ${format.count(missing.length, 'server')} had fewer rounds than planned`,
      meaning:
        'What is shown was measured in whole turns; with fewer rounds fewer differences are larger than the noise.',
      verdict: 'careful',
    },
  ];
}

function namesOf(servers: readonly ServerFacts[]): string {
  return format.list(servers.map(({ spec }) => spec.name));
}
