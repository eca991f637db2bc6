import { eventually } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { ClientSteps } from './client-steps.ts';

/** Two servers that are quiet at once, and what clients have done. */
function twoServers() {
  const steps = new ClientSteps(['select', 'pool'], () => Promise.resolve());
  const done: string[] = [];
  const act = async (client: number, server: number, what: string): Promise<void> => {
    await steps.pass(client, server, what);
    done.push(`${client} ${what} ${server}`);
  };
  return { steps, done, act };
}

/** All that is due has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ClientSteps', () => {
  it('lets everyone act while it is open', async () => {
    const { done, act } = twoServers();
    await act(0, 0, 'connects');
    expect(done).toEqual(['0 connects 0']);
  });

  it('lets one client act a step, with both servers, in the order of their numbers', async () => {
    const { steps, done, act } = twoServers();
    steps.hold();
    for (const client of [2, 0, 1]) for (const server of [0, 1]) void act(client, server, 'connects');
    await settled();
    expect(done).toEqual([]);
    for (const client of [0, 1, 2]) {
      steps.step();
      await settled();
      expect(done.splice(0)).toEqual([`${client} connects 0`, `${client} connects 1`]);
      expect(steps.lastAct).toBe(`client ${client + 1} connects`);
    }
  });

  it('goes on after the client that acted last, and begins again at the first', async () => {
    const { steps, done, act } = twoServers();
    steps.hold();
    const visit = async (client: number): Promise<void> => {
      for (const what of ['connects', 'asks']) await act(client, 0, what);
    };
    void visit(0);
    void visit(1);
    for (let step = 0; step < 4; step += 1) {
      steps.step();
      await settled();
    }
    expect(done).toEqual(['0 connects 0', '1 connects 0', '0 asks 0', '1 asks 0']);
  });

  it('says with which server a client acts, if the other one makes it wait', async () => {
    const { steps, act } = twoServers();
    steps.hold();
    void act(3, 1, 'sends its request');
    steps.step();
    await settled();
    expect(steps.lastAct).toBe('client 4 sends its request (pool)');
  });

  it('lets a client of many connections act with one of them a step', async () => {
    const { steps, done, act } = twoServers();
    steps.hold();
    for (const server of [0, 1])
      for (let connection = 0; connection < 3; connection += 1) void act(0, server, 'connects');
    for (let step = 0; step < 3; step += 1) {
      steps.step();
      await settled();
      expect(done.splice(0)).toEqual(['0 connects 0', '0 connects 1']);
      expect(steps.lastAct).toBe('client 1 connects');
    }
    expect(done).toEqual([]);
  });

  it('keeps one step for the next client that comes', async () => {
    const { steps, done, act } = twoServers();
    steps.hold();
    expect(steps.step()).toBe(1);
    expect(steps.step()).toBe(1);
    await settled();
    void act(0, 0, 'connects');
    void act(1, 0, 'connects');
    await settled();
    expect(done).toEqual(['0 connects 0']);
  });

  it('makes a step when the servers are quiet after the one before', async () => {
    const quiet = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    let settles = 0;
    const steps = new ClientSteps(['select'], async () => {
      settles += 1;
      if (settles > 1) await quiet[settles - 2]?.promise;
    });
    const done: number[] = [];
    steps.hold();
    for (const client of [0, 1]) void steps.pass(client, 0, 'connects').then(() => done.push(client));
    steps.step();
    steps.step();
    await settled();
    expect(done).toEqual([0]);
    quiet[0]!.resolve(undefined);
    await settled();
    expect(done).toEqual([0, 1]);
  });

  it('lets all go when it opens, and steps that were due are forgotten', async () => {
    const { steps, done, act } = twoServers();
    steps.hold();
    steps.step();
    await settled();
    steps.run();
    steps.hold();
    void act(0, 0, 'connects');
    void act(1, 1, 'connects');
    await settled();
    expect(done).toEqual([]);
    steps.run();
    await settled();
    expect(done).toEqual(['0 connects 0', '1 connects 1']);
    expect(steps.step()).toBe(0);
  });

  it('makes steps by itself when it is slow, and tells each', async () => {
    const { steps, done, act } = twoServers();
    let told = 0;
    steps.onChange(() => (told += 1));
    steps.slow(1000);
    void act(0, 0, 'connects');
    void act(1, 0, 'connects');
    await eventually(() => {
      expect(done).toEqual(['0 connects 0', '1 connects 0']);
    });
    expect(told).toBe(3);
    steps.hold();
    expect(steps.mode).toBe('held');
  });
});
