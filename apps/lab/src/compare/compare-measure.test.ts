import type { LoadPlan, LoadResult, RunLoadOptions } from '@concurrent-primes/load';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { measure, type MeasureOptions, type Turn } from './compare-measure.ts';
import { parseCommand, parseServers, type ServerSpec } from './servers/server-spec.ts';
import { madeUp, madeUpScenario } from '../testing/made-up-comparison.ts';

const RESULT = madeUp({ net: { loads: [[{}]] } }).servers[0]!.rounds[0]!.groups[0]!.load;

/** Whatever was measured, this came out; each plan is kept. */
function fakeEngine(onRun: (plan: LoadPlan, options: RunLoadOptions) => Promise<void> | void = () => undefined) {
  const plans: LoadPlan[] = [];
  return {
    plans,
    runLoad: async (plan: LoadPlan, options: RunLoadOptions): Promise<LoadResult> => {
      plans.push(plan);
      await onRun(plan, options);
      return { ...RESULT, plan, elapsedMs: 1 };
    },
  };
}

function optionsOf(
  fields: Partial<MeasureOptions> & Pick<MeasureOptions, 'runLoad'>,
  servers: readonly ServerSpec[] = parseServers('net,epoll'),
): MeasureOptions {
  return {
    scenario: madeUpScenario({ rounds: 2 }),
    servers,
    seed: 3,
    dialect: { greeting: false, sendSum: true },
    signal: new AbortController().signal,
    ...fields,
  };
}

describe('measure()', () => {
  it('gives each server one turn a round, all with the same seed, and reports progress', async () => {
    const { plans, runLoad } = fakeEngine();
    const turns: Turn[] = [];
    const results = await measure(optionsOf({ runLoad, onProgress: (turn) => turns.push(turn) }));
    expect(results.map(({ spec, rounds }) => [spec.name, rounds.map(({ round }) => round)])).toEqual([
      ['net', [1, 2]],
      ['epoll', [1, 2]],
    ]);
    expect(plans.map(({ seed }) => seed)).toEqual([4, 4, 5, 5]);
    expect(turns.map(({ round, done, all }) => [round, done, all])).toEqual([
      [1, 0, 4],
      [1, 1, 4],
      [2, 2, 4],
      [2, 3, 4],
    ]);
    for (const round of [1, 2]) {
      expect(
        turns
          .filter((turn) => turn.round === round)
          .map(({ server }) => server)
          .toSorted(),
      ).toEqual(['epoll', 'net']);
    }
    expect(results[0]!.commandLine).toMatch(/^concurrent-primes-server net .*--port \d+/);
  });

  it('starts a fresh process for each turn', async () => {
    const { plans, runLoad } = fakeEngine();
    await measure(optionsOf({ runLoad, scenario: madeUpScenario({ rounds: 3 }) }, parseServers('net')));
    expect(new Set(plans.map(({ port }) => port)).size).toBeGreaterThan(1);
  });

  it('runs all groups of a scenario at the same time, each with its own seed', async () => {
    const both = Promise.withResolvers<undefined>();
    const { plans, runLoad } = fakeEngine(async () => {
      if (plans.length === 2) both.resolve(undefined);
      await both.promise;
    });
    const scenario = madeUpScenario({
      rounds: 1,
      groups: ['mice', 'giants'].map((name) => ({
        name,
        clients: 3,
        intervals: { kind: 'fixed', interval: [1, 2] },
        verify: name === 'mice',
      })),
    });
    const [result] = await measure(optionsOf({ runLoad, scenario }, parseServers('net')));
    expect(result!.rounds[0]!.groups.map(({ name }) => name)).toEqual(['mice', 'giants']);
    expect(plans[0]!.seed).not.toBe(plans[1]!.seed);
    expect(plans.map(({ verify }) => verify !== undefined)).toEqual([true, false]);
  });

  it('reports a server that ended during its turn, and ends its clients', async () => {
    const { runLoad } = fakeEngine(async ({ port }, { signal }) => {
      connect(port, '127.0.0.1').on('error', () => undefined);
      await once(signal!, 'abort');
    });
    const mortal = parseCommand(
      `mortal=${process.execPath} -e "require('node:net').createServer(() => process.exit(7)).listen({port})"`,
    );
    const [result] = await measure(optionsOf({ runLoad, scenario: madeUpScenario({ rounds: 1 }) }, [mortal]));
    expect(result!.rounds[0]).toMatchObject({
      usage: undefined,
      failure: 'server mortal: must keep running, ended with exit code 7',
    });
  });

  it('keeps the complete turns when it is interrupted', async () => {
    const interrupt = new AbortController();
    const { plans, runLoad } = fakeEngine(() => {
      if (plans.length === 2) interrupt.abort(new Error('interrupted'));
    });
    const results = await measure(optionsOf({ runLoad, signal: interrupt.signal }));
    expect(results.flatMap(({ rounds }) => rounds)).toHaveLength(1);
  });

  it('throws what the engine throws, after all groups have ended', async () => {
    const { runLoad } = fakeEngine(() => {
      throw new RangeError('no such plan');
    });
    await expect(measure(optionsOf({ runLoad }))).rejects.toThrow('no such plan');
  });
});
