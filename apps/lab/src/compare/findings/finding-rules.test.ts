/** Each rule, from results that nobody measured: where it must speak, what it must say, and where it must be silent. */
import { describe, expect, it } from 'vitest';
import { factsOf } from '../metrics/facts.ts';
import { findScenario, type Scenario } from '../scenario.ts';
import { madeUp, madeUpScenario, type MadeUpServer, threeRounds } from '../../testing/made-up-comparison.ts';
import { joinResults } from '../joined-results.ts';
import { findingsOf } from './finding-rules.ts';

const SLOW = findScenario('slow-network')!;
const GIANTS = findScenario('giants-and-mice')!;

function findings(servers: Readonly<Record<string, MadeUpServer>>, scenario?: Scenario) {
  return findingsOf(factsOf(madeUp(servers, scenario)));
}

function rules(servers: Readonly<Record<string, MadeUpServer>>, scenario?: Scenario): string[] {
  return findings(servers, scenario).map(({ rule }) => rule);
}

function find(rule: string, servers: Readonly<Record<string, MadeUpServer>>, scenario?: Scenario) {
  const found = findings(servers, scenario).find((finding) => finding.rule === rule);
  if (found === undefined) throw new Error(`${rule}: must be found, found ${rules(servers, scenario).join(', ')}`);
  const plain = (text: string): string => text.replaceAll('\u00A0', ' ');
  return { title: plain(found.title), text: plain(found.text), evidence: found.evidence.map(plain) };
}

const fast: MadeUpServer = { loads: threeRounds({ rate: 9000, p50Ms: 1, p99Ms: 3 }) };
const slower: MadeUpServer = { loads: threeRounds({ rate: 6000, p50Ms: 1.1, p99Ms: 9 }) };
const starved: MadeUpServer = { loads: threeRounds({ rate: 2, p50Ms: 900, p99Ms: 2500 }) };
const idle: MadeUpServer = { loads: threeRounds({ rate: 0, p50Ms: 2500, p99Ms: 2500 }) };

describe('pool-starves', () => {
  it('counts the clients that were served and those that waited', () => {
    const { title, text, evidence } = find('pool-starves', { select: fast, 'pool:5': starved }, SLOW);
    expect(title).toBe('pool:5 starves: slow clients held its 5 threads, and all other clients waited.');
    expect(text).toContain('So 5 of them were served; the other 35 waited, and so did 10 good clients');
    expect(text).toContain('2 requests a second with pool:5, and 9,000 with select');
    expect(evidence).toEqual([
      '5 threads, 40 clients that hold one',
      'requests a second: pool:5 2 (1.96 to 2.04); select 9,000 (8,820 to 9,180)',
      '99th percentile: pool:5 2.50 s (2.45 s to 2.55 s); select 3 ms (2.94 ms to 3.06 ms)',
    ]);
  });

  it('is silent about select, a pool with more threads, and a pool that served as many', () => {
    expect(rules({ epoll: fast, select: starved }, SLOW)).not.toContain('pool-starves');
    expect(rules({ epoll: fast, 'pool:41': starved }, SLOW)).not.toContain('pool-starves');
    expect(rules({ epoll: fast, 'pool:5': slower }, SLOW)).not.toContain('pool-starves');
    expect(rules({ epoll: fast, 'pool:5': starved })).not.toContain('pool-starves');
  });

  it('is not followed by comparisons of the starved server with the others', () => {
    expect(rules({ epoll: fast, 'pool:5': starved }, SLOW)).toEqual(['pool-starves', 'none-failed']);
  });

  it('is followed by a pool that has room', () => {
    const { text } = find('pool-has-room', { epoll: fast, 'pool:5': idle, 'pool:64': slower }, SLOW);
    expect(text).toContain('They hold 40 of its 64 threads');
    expect(rules({ epoll: fast, 'pool:64': slower }, SLOW)).not.toContain('pool-has-room');
  });
});

describe('served-nobody', () => {
  it('reports a server that completed nothing for an unknown reason', () => {
    expect(find('served-nobody', { epoll: fast, net: idle }, SLOW).title).toBe(
      'net completed no request of the quick clients.',
    );
  });
});

describe('descriptor-limit', () => {
  const crowd = findScenario('crowd')!;
  const holds = (descriptors: number): MadeUpServer => ({ ...fast, usage: { descriptors } });

  it('reports select with a thousand of two thousand connections, and no other server', () => {
    const { title, text } = find('descriptor-limit', { select: holds(1025), epoll: holds(2040) }, crowd);
    expect(title).toBe('select could hold only about a thousand of 2,010 connections.');
    expect(text).toContain('FD_SETSIZE');
    expect(text).toContain('epoll held all of them.');
    expect(rules({ poll: holds(1025), epoll: holds(2040) }, crowd)).not.toContain('descriptor-limit');
    expect(rules({ select: holds(30), epoll: holds(30) })).not.toContain('descriptor-limit');
  });
});

describe('full-queue', () => {
  const waiting = { upToMs: [0.1, 1008, 3016], counts: [900, 9, 1] };
  const overflowing: MadeUpServer = { loads: threeRounds({ rate: 6000, connect: waiting }) };

  it('reports a server whose clients had to repeat their SYN, and no other server', () => {
    const { title, text, evidence } = find('full-queue', { epoll: fast, net: overflowing });
    expect(title).toBe('The backlog of net was full: 30 clients had to send a second SYN.');
    expect(text).toContain('backlog of listen(2)');
    expect(evidence).toEqual([
      'connection set-ups that took a whole number of seconds: 30 of 2,730',
      'longest connection set-up: 3.02 s',
    ]);
    expect(findings({ epoll: fast, net: overflowing }).filter(({ rule }) => rule === 'full-queue')).toHaveLength(1);
    expect(rules({ epoll: fast, net: slower })).not.toContain('full-queue');
  });

  it('is silent about connections that were slow for another reason', () => {
    const slow = { upToMs: [400, 700, 1008, 1600], counts: [100, 100, 100, 100] };
    expect(rules({ net: { loads: threeRounds({ connect: slow }) } })).not.toContain('full-queue');
  });
});

describe('quantum-trade', () => {
  const giants = (mb: number, micros: number, miceP99Ms: number): MadeUpServer => ({
    loads: threeRounds({ rate: 3000, p50Ms: 1, p99Ms: miceP99Ms }, { rate: 1, bytesPerSecond: mb * 1e6 }),
    usage: { userMs: (micros * mb) / 2000, systemMs: (micros * mb) / 2000 },
  });

  it('reports the gain of the larger quantum, and its price for the mice', () => {
    const { title, text } = find(
      'quantum-trade',
      { 'epoll+quantum=64': giants(30, 14_000, 2), 'epoll+quantum=81920': giants(900, 300, 12) },
      GIANTS,
    );
    expect(title).toBe('The quantum matters: epoll+quantum=64 and epoll+quantum=81920 differ in nothing else.');
    expect(text).toContain('moved 30 times as many bytes to the giants (900 MB/s against 30 MB/s)');
    expect(text).toContain('instead of');
    expect(text).toContain('In return they wait');
    expect(text).toContain('rose from 2 ms to 12 ms');
  });

  it('reports that the mice gained as well', () => {
    const servers = { 'epoll+quantum=64': giants(30, 14_000, 60), 'epoll+quantum=16384': giants(500, 300, 20) };
    expect(find('quantum-trade', servers, GIANTS).text).toContain('was shorter as well, 20 ms against 60 ms');
  });

  it('is silent if nothing differs, or if the servers differ in more than the quantum', () => {
    const same = { 'epoll+quantum=64': giants(500, 300, 20), 'epoll+quantum=128': giants(500, 300, 20) };
    expect(rules(same, GIANTS)).not.toContain('quantum-trade');
    const others = { 'select+quantum=64': giants(30, 14_000, 2), 'epoll+quantum=81920': giants(900, 300, 12) };
    expect(rules(others, GIANTS)).not.toContain('quantum-trade');
  });
});

describe('server-ended and wrong-answers', () => {
  it('report the fault, and that the metrics mean nothing', () => {
    const { evidence } = find('server-ended', { epoll: fast, net: { ...slower, failure: 'server net: ended with 7' } });
    expect(evidence).toEqual(['server net: ended with 7']);
    const wrong: MadeUpServer = { loads: threeRounds({ rate: 9000, errors: { 'wrong-primes': 4 } }) };
    expect(find('wrong-answers', { epoll: fast, net: wrong }).evidence).toEqual([
      'wrong-primes: 12 times (the primes were not those of the interval, in order)',
    ]);
    expect(rules({ epoll: fast, net: wrong })).not.toContain('throughput');
  });
});

describe('failed-requests', () => {
  const refusing: MadeUpServer = { loads: threeRounds({ rate: 750, errors: { 'refused-busy': 250 } }) };

  it('counts the failed requests by kind, and names the servers without any', () => {
    expect(find('failed-requests', { epoll: fast, net: refusing }, SLOW).title).toBe(
      'net fails 25 % of the requests of good clients.',
    );
    const { title, text } = find('none-failed', { epoll: fast, net: refusing }, SLOW);
    expect(title).toBe('No request of a good client failed with epoll.');
    expect(text).toContain('Together with 40 slow-reader clients');
  });
});

describe('throughput and tail', () => {
  it('name the most and the least, and the limit by the client', () => {
    const limited: MadeUpServer = { loads: threeRounds({ rate: 9000, p99Ms: 3, clientBusy: 0.99 }) };
    const { title, text } = find('throughput', { epoll: limited, net: slower });
    expect(title).toBe('epoll does the most, 9,000 requests a second, and net the least, 6,000.');
    expect(text).toContain('1.50 times');
    expect(text).toContain('The client was at its limit');
    expect(find('throughput', { epoll: fast, net: slower }).text).not.toContain('at its limit');
    expect(find('tail', { epoll: fast, net: slower }).text).toBe(
      'The median is about the same, so only a few clients notice.',
    );
  });

  it('are silent when rounds overlap, which is a finding of its own', () => {
    const noisy: MadeUpServer = {
      loads: [[{ rate: 9000, p99Ms: 3 }], [{ rate: 5000, p99Ms: 3 }], [{ rate: 7000, p99Ms: 3 }]],
    };
    const quiet: MadeUpServer = { loads: threeRounds({ rate: 6000, p99Ms: 3 }) };
    // What a request cost follows from the rate here; that is not what is tried.
    const same = { userMs: 0, systemMs: 0 };
    expect(rules({ epoll: { ...noisy, usage: same }, net: { ...quiet, usage: same } })).toEqual(['no-difference']);
  });

  it('do not deny a difference that only the noisiest server hides', () => {
    const noisy: MadeUpServer = { loads: [[{ rate: 100 }], [{ rate: 200 }], [{ rate: 9000 }]] };
    const servers = {
      select: noisy,
      epoll: { loads: threeRounds({ rate: 8000 }) },
      net: { loads: threeRounds({ rate: 4000 }) },
    };
    expect(rules(servers)).not.toContain('no-difference');
  });

  it('are silent about a single round', () => {
    const once = (rate: number): MadeUpServer => ({ loads: [[{ rate }]] });
    expect(rules({ epoll: once(9000), net: once(10) })).toEqual(['no-difference']);
    expect(find('no-difference', { epoll: once(9000), net: once(10) }).title).toContain('each needs two rounds');
  });
});

describe('falls-behind', () => {
  const open = madeUpScenario({
    groups: [{ name: 'clients', clients: 100, rate: 1000, intervals: { kind: 'fixed', interval: [100, 200] } }],
  });

  it('reports a server that completed less than was due', () => {
    const servers = { epoll: { loads: threeRounds({ rate: 1000 }) }, net: { loads: threeRounds({ rate: 600 }) } };
    expect(find('falls-behind', servers, open).title).toBe('net does not keep up: 600 of 1,000 requests a second.');
    expect(rules(servers, open)).not.toContain('throughput');
  });
});

describe('request-cost', () => {
  const cost = (userMs: number, systemMs: number, voluntarySwitches: number): MadeUpServer => ({
    loads: threeRounds({ rate: 5000 }),
    usage: { userMs, systemMs, voluntarySwitches },
  });

  it('finds the reason in threads that wait', () => {
    const { title, text } = find('request-cost', { epoll: cost(50, 60, 500), 'pool:5': cost(60, 150, 20_000) });
    expect(title).toBe('A request costs pool:5 42.0 µs of processor time, and epoll 22 µs.');
    expect(text).toContain('went to sleep 4 times a request');
    expect(text).toContain('for each step of its one client');
    // Of a server that is no pool it isn't known what its threads wait for.
    const { text: other } = find('request-cost', { epoll: cost(50, 60, 500), net: cost(60, 150, 20_000) });
    expect(other).toContain('each time the kernel has to switch');
    expect(text).toContain('Most of the difference (90.0 %) is time in the kernel');
  });

  it('finds the reason in the program itself', () => {
    const { text } = find('request-cost', { epoll: cost(50, 60, 500), net: cost(150, 60, 500) });
    expect(text).toContain('Most of the difference (100 %) is time in the program itself');
    expect(text).not.toContain('sleep');
  });

  it('reports that the costlier server was not warm', () => {
    const timeline = [200, 400, 600, 800, 1000].map((atMs) => ({ atMs, cores: atMs <= 500 ? 0.4 : 0.1, rssBytes: 1 }));
    const cold = { ...cost(150, 60, 500), usage: { userMs: 150, systemMs: 60, timeline } };
    const { text } = find('request-cost', { epoll: cost(50, 60, 500), 'pool:5': cold });
    expect(text).toMatch(
      /pool:5 was not warm yet \(a request cost 7\d\.\d % less in the second half; each of its 5 threads/,
    );
    expect(find('request-cost', { epoll: cost(50, 60, 500), net: cost(150, 60, 500) }).text).not.toContain('warm');
  });

  it('is silent about few requests', () => {
    const few: MadeUpServer = { loads: threeRounds({ rate: 50 }), usage: { userMs: 900 } };
    expect(rules({ epoll: cost(50, 60, 500), net: few })).not.toContain('request-cost');
  });
});

describe('scan-cost', () => {
  const holding = (systemMs: number, descriptors: number): MadeUpServer => ({
    loads: threeRounds({ rate: 3000 }),
    usage: { userMs: 50, systemMs, descriptors },
  });

  it('reports poll with many descriptors if epoll was cheaper', () => {
    const { title } = find('scan-cost', { poll: holding(600, 900), epoll: holding(60, 900) });
    expect(title).toBe('poll pays for every open connection, ready or not.');
    expect(rules({ poll: holding(600, 50), epoll: holding(60, 50) })).not.toContain('scan-cost');
    expect(rules({ net: holding(600, 900), epoll: holding(60, 900) })).not.toContain('scan-cost');
  });
});

describe('more-loops', () => {
  const loop = (rate: number, cores: number, clientCpuMs: number): MadeUpServer => ({
    loads: threeRounds({ rate, clientCpuMs }),
    usage: { userMs: cores * 500, systemMs: cores * 500 },
  });

  it('reports the gain of a second processor', () => {
    const { title, text } = find('more-loops', { epoll: loop(5000, 0.95, 100), 'loops:2': loop(9000, 1.6, 200) });
    expect(title).toBe('loops:2 does 1.80 times the requests of one loop.');
    expect(text).toContain('that one was full');
  });

  it('reports a full machine if nothing was gained', () => {
    const servers = { epoll: loop(5000, 0.95, 900), 'loops:2': loop(5050, 1, 900) };
    expect(find('no-room-for-loops', servers).text).toContain('2 processors and kept 1.90 of them busy');
    expect(rules({ epoll: loop(5000, 0.4, 300), 'loops:2': loop(5050, 0.4, 300) })).not.toContain('no-room-for-loops');
  });
});

describe('unfairness', () => {
  it('reports the fewest and the most requests of a client', () => {
    const unfair: MadeUpServer = { loads: threeRounds({ perClient: [1, 1, 1, 1, 1, 1, 1, 1, 1, 91] }) };
    expect(find('unfairness', { epoll: fast, net: unfair }).text).toContain(
      'one client completed 1 request and another 91',
    );
    expect(rules({ epoll: fast, net: slower })).not.toContain('unfairness');
  });
});

describe('memory-cost', () => {
  const memory = (peakRssBytes: number, threads: number): MadeUpServer => ({
    ...fast,
    usage: { peakRssBytes, threads },
  });

  it('divides the difference by the threads of a pool, and of no other server', () => {
    expect(find('memory-cost', { epoll: memory(60e6, 8), 'pool:16': memory(220e6, 24) }).text).toContain(
      'It has 16 threads more. Each is a JavaScript engine with a heap of its own, about 10 MB.',
    );
    expect(find('memory-cost', { epoll: memory(60e6, 8), net: memory(220e6, 24) }).text).toContain(
      'does not explain it',
    );
    expect(rules({ epoll: memory(60e6, 8), net: memory(70e6, 8) })).not.toContain('memory-cost');
  });
});

describe('change', () => {
  it('reports what got better and worse between two results', () => {
    const joined = joinResults(madeUp({ epoll: fast }), madeUp({ epoll: slower }));
    const [found] = findingsOf(factsOf(joined));
    expect(found!.title).toBe('epoll got worse.');
    expect(found!.text).toContain('Worse: requests a second: 9,000 before, 6,000 after');
    const [same] = findingsOf(factsOf(joinResults(madeUp({ epoll: fast }), madeUp({ epoll: fast }))));
    expect(same!.title).toBe('epoll did not change.');
    expect(same!.evidence[0]).toBe('requests a second: 9,000 (8,820 to 9,180) before, 9,000 (8,820 to 9,180) after');
  });

  it('is left open with a single round, which has no noise to compare with', () => {
    const once = madeUp({ epoll: { loads: [[{ rate: 9000 }]] } });
    const [found] = findingsOf(factsOf(joinResults(once, madeUp({ epoll: slower }))));
    expect(found!.title).toBe('epoll may have changed: to tell, each result needs two rounds.');
  });

  it('is the only finding about speed: joined results are not ranked', () => {
    const monday = madeUp({ epoll: fast, net: slower });
    const friday = madeUp({ epoll: slower, net: fast, 'pool:5': fast });
    const found = findingsOf(factsOf(joinResults(monday, friday)));
    expect(found.map(({ rule, title }) => [rule, title])).toEqual([
      ['change', 'epoll got worse.'],
      ['change', 'net got better.'],
    ]);
    expect(findingsOf(factsOf(joinResults(monday, monday))).map(({ rule }) => rule)).toEqual(['change', 'change']);
  });

  it('comes before the faults of each result', () => {
    const monday = madeUp({ 'pool:5': { loads: threeRounds({ rate: 2 }) } }, SLOW);
    const friday = madeUp({ 'pool:5': starved, epoll: fast, net: { ...slower, failure: 'net ended' } }, SLOW);
    const found = findingsOf(factsOf(joinResults(monday, friday)));
    expect(found.map(({ title }) => title)).toEqual([
      'pool:5 got worse.',
      'net after ended during the measurement.',
      'pool:5 after starves: slow clients held its 5 threads, and all other clients waited.',
      'No request of a good client failed with pool:5 before, pool:5 after and epoll after.',
    ]);
  });
});
