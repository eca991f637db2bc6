import { describe, expect, it } from 'vitest';
import { Deadlines, Waiter } from './deadlines.ts';
import type { PhaseLimits } from './phase-limits.ts';

const LIMITS: PhaseLimits = {
  idle: { kind: 'idle', timeoutMs: 600 },
  request: { kind: 'whole', timeoutMs: 200 },
  answer: { kind: 'progress', timeoutMs: 300 },
  sum: { kind: 'whole', timeoutMs: 100 },
  farewell: { kind: 'whole', timeoutMs: 20 },
};

class NamedWaiter extends Waiter {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }
}

/** Deadlines of clients with names. */
function deadlinesOf(...waits: (readonly [client: string, phase: string, atMs: number])[]) {
  const deadlines = new Deadlines<NamedWaiter>(LIMITS);
  const clients = new Map<string, NamedWaiter>();
  const named = (name: string): NamedWaiter => {
    const client = clients.get(name) ?? new NamedWaiter(name);
    clients.set(name, client);
    return client;
  };
  let takenBytes = 0;
  const begin = (name: string, phase: string, atMs: number): void => {
    deadlines.wait(named(name), { phase, exchanges: 1, takenBytes: (takenBytes += 1) }, atMs);
  };
  for (const wait of waits) begin(...wait);
  return {
    begin,
    stop: (name: string): void => {
      deadlines.stop(named(name));
    },
    timeoutMs: (nowMs: number) => deadlines.timeoutMs(nowMs),
    takeAllExpired: (nowMs: number): string[] => {
      const names: string[] = [];
      for (let one = deadlines.takeExpired(nowMs); one !== undefined; one = deadlines.takeExpired(nowMs)) {
        expect(one.list).toBeUndefined();
        names.push(one.name);
      }
      return names;
    },
  };
}

describe('timeoutMs', () => {
  it('timeoutMs() is undefined when no client waits', () => {
    const deadlines = deadlinesOf(['a', 'idle', 0]);
    deadlines.stop('a');
    expect(deadlines.timeoutMs(0)).toBeUndefined();
    expect(new Deadlines(LIMITS).timeoutMs(0)).toBeUndefined();
  });

  it.for([
    ['idle', 600],
    ['request', 200],
    ['answer', 300],
    ['sum', 100],
    ['farewell', 20],
  ] as const)('timeoutMs() counts the limit of its own when a client waits in %s', ([phase, limitMs]) => {
    const deadlines = deadlinesOf(['a', phase, 50]);
    expect(deadlines.timeoutMs(50)).toBe(limitMs);
    expect(deadlines.timeoutMs(60)).toBe(limitMs - 10);
  });

  it('timeoutMs() follows the earliest deadline when clients wait in several phases', () => {
    const deadlines = deadlinesOf(['a', 'idle', 0], ['b', 'request', 150], ['c', 'sum', 260], ['d', 'sum', 255]);
    expect(deadlines.timeoutMs(300)).toBe(50);
  });

  it('timeoutMs() rounds up, so that the deadline has passed by then', () => {
    const deadlines = deadlinesOf(['a', 'sum', 0.25]);
    expect(deadlines.timeoutMs(0.5)).toBe(100);
    expect(deadlines.timeoutMs(99.5)).toBe(1);
    expect(deadlines.takeAllExpired(99.5 + 1)).toEqual(['a']);
  });

  it('timeoutMs() is 0 when a deadline has passed', () => {
    expect(deadlinesOf(['a', 'sum', 0]).timeoutMs(5000)).toBe(0);
  });
});

describe('takeExpired', () => {
  it('takeExpired() removes clients whose deadline has passed, the earliest first, and keeps the others', () => {
    const deadlines = deadlinesOf(['a', 'sum', 0], ['b', 'sum', 10], ['c', 'sum', 20]);
    expect(deadlines.takeAllExpired(99)).toEqual([]);
    expect(deadlines.takeAllExpired(110)).toEqual(['a', 'b']);
    expect(deadlines.takeAllExpired(110)).toEqual([]);
    expect(deadlines.timeoutMs(110)).toBe(10);
  });

  it('takeExpired() returns a client at its deadline and not before', () => {
    const deadlines = deadlinesOf(['a', 'request', 0]);
    expect(deadlines.takeAllExpired(199.999)).toEqual([]);
    expect(deadlines.takeAllExpired(200)).toEqual(['a']);
  });

  it('takeExpired() checks every phase', () => {
    const phases = ['idle', 'request', 'answer', 'sum', 'farewell'] as const;
    const deadlines = deadlinesOf(...phases.map((phase) => [phase, phase, 0] as const));
    expect(deadlines.takeAllExpired(1000).sort()).toEqual([...phases].sort());
  });
});

describe('wait', () => {
  it('wait() moves a client to the end when it restarts a limit by progress', () => {
    const deadlines = deadlinesOf(['a', 'answer', 0], ['b', 'answer', 10], ['a', 'answer', 20]);
    expect(deadlines.timeoutMs(20)).toBe(290);
    expect(deadlines.takeAllExpired(310)).toEqual(['b']);
    expect(deadlines.takeAllExpired(319)).toEqual([]);
    expect(deadlines.takeAllExpired(320)).toEqual(['a']);
  });

  it('wait() ends the limit of the previous phase', () => {
    const deadlines = deadlinesOf(['a', 'idle', 0], ['a', 'request', 0]);
    expect(deadlines.takeAllExpired(200)).toEqual(['a']);
    expect(deadlines.takeAllExpired(1000)).toEqual([]);
  });
});

describe('stop', () => {
  it.for(['a', 'b', 'c'])('stop() keeps the order of the others when %s leaves', (name) => {
    const deadlines = deadlinesOf(['a', 'sum', 0], ['b', 'sum', 10], ['c', 'sum', 20]);
    deadlines.stop(name);
    deadlines.stop(name);
    deadlines.begin('d', 'sum', 30);
    expect(deadlines.takeAllExpired(1000)).toEqual(['a', 'b', 'c', 'd'].filter((other) => other !== name));
  });
});

describe('a connection that has sent nothing', () => {
  const limits: PhaseLimits = { idle: { kind: 'idle', timeoutMs: 600, firstTimeoutMs: 50 } };
  const wait = (exchanges: number): Deadlines<Waiter> => {
    const deadlines = new Deadlines<Waiter>(limits);
    deadlines.wait(new Waiter(), { phase: 'idle', exchanges, takenBytes: 0 }, 0);
    return deadlines;
  };

  it('has a limit of its own', () => {
    expect([wait(0).timeoutMs(0), wait(1).timeoutMs(0)]).toEqual([50, 600]);
    expect(wait(0).takeExpired(50)).toBeDefined();
    expect(wait(1).takeExpired(50)).toBeUndefined();
  });
});

describe('a limit by progress', () => {
  it('starts again only after the least progress', () => {
    const deadlines = new Deadlines<Waiter>({ answer: { kind: 'progress', timeoutMs: 100, leastBytes: 10 } });
    const client = new Waiter();
    const takes = (takenBytes: number, atMs: number): void => {
      deadlines.wait(client, { phase: 'answer', exchanges: 0, takenBytes }, atMs);
    };
    takes(0, 0);
    takes(9, 90);
    expect(deadlines.timeoutMs(90)).toBe(10);
    takes(10, 90);
    expect(deadlines.timeoutMs(90)).toBe(100);
    takes(19, 180);
    expect(deadlines.takeExpired(190)).toBe(client);
  });
});

describe('longestIdle', () => {
  it('longestIdle() returns the client that has been idle longest, before or between exchanges', () => {
    const deadlines = new Deadlines<NamedWaiter>({
      ...LIMITS,
      idle: { kind: 'idle', timeoutMs: 600, firstTimeoutMs: 50 },
    });
    const wait = (name: string, phase: string, exchanges: number, atMs: number): void => {
      deadlines.wait(new NamedWaiter(name), { phase, exchanges, takenBytes: 0 }, atMs);
    };
    wait('asks', 'request', 0, 0);
    wait('kept', 'idle', 1, 20);
    wait('fresh', 'idle', 0, 10);
    expect(deadlines.longestIdle(110, 101)).toBeUndefined();
    expect(deadlines.longestIdle(110, 100)?.name).toBe('fresh');
    deadlines.stop(deadlines.longestIdle(110, 0)!);
    expect(deadlines.longestIdle(110, 0)?.name).toBe('kept');
  });
});
