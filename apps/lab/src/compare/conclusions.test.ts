/**
 * Whether the conclusions are true: real runs, as short as possible.
 *
 * The tests check what must hold on any machine, however busy: a pool with fewer threads than slow clients serves no
 * other client, and a larger quantum moves more bytes with less processor time.
 */
import { runLoad } from '@concurrent-primes/load';
import { describe, expect, it } from 'vitest';
import { type Facts, factsOf } from './metrics/facts.ts';
import { findingsOf } from './findings/finding-rules.ts';
import { measure } from './compare-measure.ts';
import { findScenario, type Scenario } from './scenario.ts';
import { parseServers } from './servers/server-spec.ts';
import { readLabEnvironment } from './comparison.ts';
import { FORMAT, VERSION } from './comparison.ts';

async function run(name: string, servers: string, change: Partial<Scenario>): Promise<Facts> {
  const scenario: Scenario = { ...findScenario(name)!, rounds: 2, seconds: 0.8, warmupSeconds: 0.4, ...change };
  const results = await measure({
    scenario,
    servers: parseServers(servers),
    seed: 1,
    dialect: { greeting: false, sendSum: true },
    signal: new AbortController().signal,
    runLoad,
  });
  return factsOf({
    ...{ format: FORMAT, version: VERSION, startedAt: new Date().toISOString(), environment: readLabEnvironment() },
    ...{ scenario, seed: 1, servers: results, interrupted: false },
  });
}

describe('slow-network', () => {
  it('shows the pool starving with fewer threads than slow clients, and select not', async () => {
    const facts = await run('slow-network', 'select,pool:5', {});
    const [select, pool] = facts.servers.map(({ groups }) => groups[0]!.metrics);
    expect(select!.rate!.min).toBeGreaterThan(10 * pool!.rate!.max);
    const rules = findingsOf(facts);
    expect(rules.find(({ rule }) => rule === 'pool-starves')?.title).toMatch(/^pool:5 starves/);
    expect(rules.filter(({ title }) => title.startsWith('select starves'))).toEqual([]);
  });
});

describe('giants-and-mice', () => {
  it('shows what the quantum does: more bytes for less processor time', async () => {
    const facts = await run('giants-and-mice', 'epoll+quantum=16,epoll+quantum=16384', {
      serverArgs: ['--table', 'lazy'],
    });
    const [small, large] = facts.servers;
    expect(large!.groups[1]!.metrics.throughput!.min).toBeGreaterThan(small!.groups[1]!.metrics.throughput!.max);
    expect(small!.metrics.cpuPerMegabyte!.min).toBeGreaterThan(large!.metrics.cpuPerMegabyte!.max);
    const found = findingsOf(facts).find(({ rule }) => rule === 'quantum-trade');
    expect(found?.text).toContain('because each system call carries more');
    // The mice are served with any quantum.
    for (const { groups } of facts.servers) expect(groups[0]!.metrics.rate!.min).toBeGreaterThan(0);
  });
});

describe('crowd', () => {
  it('shows where select ends, and epoll not', async () => {
    const facts = await run('crowd', 'select,epoll', {
      // On a busy machine it takes a while until all of the crowd are connected.
      warmupSeconds: 2,
    });
    const found = findingsOf(facts).find(({ rule }) => rule === 'descriptor-limit');
    expect(found?.title).toContain('select could hold only about a thousand');
    expect(found?.text).toContain('epoll held all of them.');
    expect(facts.servers[1]!.groups[0]!.metrics.rate!.min).toBeGreaterThan(0);
  });
});
