import { ConnectFailure } from '@concurrent-primes/conformance';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../testing/check-server.ts';
import { startSimpleServer } from '../testing/simple-server.ts';
import type { Check, CheckContext } from './check.ts';
import { CheckFailure, CheckSkipped } from './check-failure.ts';
import { type RunOptions, runChecks } from './run-checks.ts';
import { AddressTarget } from './check-target.ts';

const DIAGNOSIS = { name: 'wrong', what: 'It is wrong.', hint: 'Do it right.' };

function check(name: string, run: (context: CheckContext) => void | Promise<void>, more: Partial<Check> = {}): Check {
  return {
    name,
    group: 'conversation',
    title: name,
    async run(context) {
      await context.connect();
      await run(context);
    },
    ...more,
  };
}

const passes = (): void => undefined;
const fails = (): never => {
  throw new CheckFailure(DIAGNOSIS);
};

async function run(checks: readonly Check[], options: Partial<RunOptions> = {}) {
  await using server = await startSimpleServer();
  const target = new AddressTarget('127.0.0.1', server.port);
  const interrupt = new AbortController().signal;
  const report = await runChecks({ checks, settings: SETTINGS, target, interrupt, ...options });
  const outcomes = report.results.map((result) => {
    const why =
      result.status === 'failed' ? result.failure.diagnosis : result.status === 'skipped' ? result.reason : '';
    return `${result.name} ${result.status} ${why}`.trim();
  });
  return { report, outcomes };
}

describe('runChecks()', () => {
  it('skips what rests on a failure, and says on which', async () => {
    const { outcomes } = await run([
      check('one', fails),
      check('two', passes, { needs: ['one'] }),
      check('three', passes, { needs: ['two'] }),
      check('four', passes),
      check('five', passes, { needs: ['four', 'not chosen'] }),
    ]);
    expect(outcomes).toEqual([
      'one failed wrong',
      'two skipped because one failed',
      'three skipped because one failed',
      'four passed',
      'five passed',
    ]);
  });

  it('leaves out what the settings rule out, and what rests on it not', async () => {
    const { report, outcomes } = await run([
      check('one', fails, { unless: ({ seed }) => (seed === 1 ? 'with --seed 1' : undefined) }),
      check('two', passes, { needs: ['one'] }),
    ]);
    expect(outcomes).toEqual(['two passed']);
    expect(report.leftOut).toEqual([{ name: 'one', reason: 'with --seed 1' }]);
  });

  it('skips what a check itself could not tell', async () => {
    const { outcomes } = await run([
      check('one', () => {
        throw new CheckSkipped('because it is too slow');
      }),
    ]);
    expect(outcomes).toEqual(['one skipped because it is too slow']);
  });

  it('gives each check a sequence of its own', async () => {
    const drawn: number[] = [];
    const draws = ({ random }: CheckContext): void => void drawn.push(random(0, 1e9));
    await run([check('one', draws), check('two', draws)]);
    await run([check('two', draws)]);
    expect(drawn[0]).not.toBe(drawn[1]);
    expect(drawn[2]).toBe(drawn[1]);
  });

  it('closes the connections of a check, and ends what it still awaits', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await run([
      check('one', async ({ connect }) => {
        const connection = await connect();
        closed = connection.receive(1).then(
          () => 'received',
          (error: unknown) => (error as Error).message,
        );
      }),
    ]);
    expect(await closed).toBe('the check one is over');
  });

  it('throws when nobody accepts the first connection', async () => {
    const server = await startSimpleServer();
    await server[Symbol.asyncDispose]();
    const target = new AddressTarget('127.0.0.1', server.port);
    const run = runChecks({
      checks: [check('one', passes)],
      settings: SETTINGS,
      target,
      interrupt: new AbortController().signal,
    });
    await expect(run).rejects.toThrow(ConnectFailure);
    await expect(run).rejects.toThrow(`a server must listen there, got ECONNREFUSED`);
  });

  it('keeps what is done when it is interrupted', async () => {
    const interrupt = new AbortController();
    const { report, outcomes } = await run(
      [
        check('one', passes),
        check('two', async ({ connect }) => {
          const waiting = (await connect()).receive(1);
          interrupt.abort(new Error('interrupted'));
          await waiting;
        }),
        check('three', passes),
      ],
      { interrupt: interrupt.signal },
    );
    expect(outcomes).toEqual(['one passed']);
    expect(report.interrupted).toBe(true);
  });

  it('tells what begins and what is over', async () => {
    const told: string[] = [];
    await run([check('one', passes), check('two', fails), check('three', passes, { needs: ['two'] })], {
      onBegin: ({ name }) => told.push(`${name}?`),
      onResult: ({ name, status }) => told.push(`${name} ${status}`),
    });
    expect(told).toEqual(['one?', 'one passed', 'two?', 'two failed', 'three?', 'three skipped']);
  });

  it('does not hide a mistake of our own', async () => {
    const mistake = new TypeError('ours');
    await expect(
      run([
        check('one', () => {
          throw mistake;
        }),
      ]),
    ).rejects.toBe(mistake);
  });
});
