import { TextSink } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../arguments.ts';
import type { LoadSettings } from './load-options.ts';

function parse(...args: string[]): LoadSettings | undefined {
  return parseArguments(args, { stdout: new TextSink(), stderr: new TextSink(), env: {} }).load;
}

function complaint(...args: string[]): string {
  const stderr = new TextSink();
  expect(() => parseArguments(args, { stdout: new TextSink(), stderr, env: {} })).toThrow();
  return stderr.text;
}

describe('load options', () => {
  it('are none in the command of the lecture', () => {
    expect(parse('100', '200', '-t', '10', '--json', '--verify', '--timeout', '3')).toBeUndefined();
  });

  it('have defaults: a closed loop of one client for ten seconds, verified', () => {
    expect(parse('100', '200', '--keep-alive')).toEqual({
      plan: {
        host: '127.0.0.1',
        port: 65_432,
        model: { kind: 'closed', clients: 1 },
        threads: 1,
        durationMs: 10_000,
        requests: undefined,
        warmupMs: 1000,
        ramp: undefined,
        seed: 1,
        intervals: { kind: 'step', first: [100, 200], step: 1000 },
        keepAlive: true,
        greeting: false,
        sendSum: true,
        with: [],
        timeoutMs: undefined,
      },
      verify: true,
      goal: undefined,
      failIf: [],
      csvPath: undefined,
      hgrmPath: undefined,
    });
  });

  it('are all taken', () => {
    const args =
      '0 1000 -t 50 -a h -p 9 --rate 200.5 --ramp 10:200 --duration 2m --requests 7 --warmup 500ms --workers 2 ' +
      '--seed 9 --intervals zipf:10:1.5 --mix 1%=0..99 --mix 2.5%=-5..5 --with slow-reader:10% --with flood:1% ' +
      '--fail-if p99>1s --fail-if errors>0 --csv c --hgrm h --timeout 3 --greeting --no-verify';
    const { plan, ...rest } = parse(...args.split(' '))!;
    expect(plan).toMatchObject({
      host: 'h',
      port: 9,
      model: { kind: 'open', rate: 200.5, maxClients: 50 },
      ramp: { from: 10, to: 200 },
      durationMs: 120_000,
      requests: 7,
      warmupMs: 500,
      threads: 2,
      seed: 9,
      with: [
        { name: 'slow-reader', share: 0.1 },
        { name: 'flood', share: 0.01 },
      ],
      greeting: true,
      timeoutMs: 3000,
    });
    expect(plan.intervals).toEqual({
      kind: 'mix',
      parts: [
        { share: 0.965, intervals: { kind: 'zipf', within: [0, 1000], width: 10, exponent: 1.5 } },
        { share: 0.01, intervals: { kind: 'fixed', interval: [0, 99] } },
        { share: 0.025, intervals: { kind: 'fixed', interval: [-5, 5] } },
      ],
    });
    expect(rest).toMatchObject({ verify: false, failIf: [{ text: 'p99>1s' }, { text: 'errors>0' }], csvPath: 'c' });
  });

  it.each([
    [['--intervals', 'fixed'], { kind: 'fixed', interval: [0, 9] }],
    [['--intervals', 'uniform:3'], { kind: 'uniform', within: [0, 9], width: 3 }],
    [['--intervals', 'zipf:3'], { kind: 'zipf', within: [0, 9], width: 3, exponent: 1 }],
    [['--intervals', 'step', '--step', '5'], { kind: 'step', first: [0, 9], step: 5 }],
  ])('ask for what %j says', (args, intervals) => {
    expect(parse('0', '9', ...args)!.plan.intervals).toEqual(intervals);
  });

  it('search with short runs, from 1000 requests a second on or from --rate', () => {
    const { plan, goal } = parse('1', '2', '--find-max', 'p99<20ms')!;
    expect(plan).toMatchObject({
      model: { kind: 'open', rate: 1000, maxClients: 500 },
      durationMs: 3000,
      warmupMs: 500,
    });
    expect(goal).toMatchObject({ text: 'p99<20ms' });
    expect(parse('1', '2', '--find-max', 'p99<20ms', '--rate', '50')!.plan.model).toMatchObject({ rate: 50 });
  });

  it('take as many clients as a ramp needs, and as many requests as are wanted without a time', () => {
    expect(parse('1', '2', '--ramp', '3:8')!.plan.model).toEqual({ kind: 'closed', clients: 8 });
    expect(parse('1', '2', '--requests', '5')!.plan.durationMs).toBeUndefined();
  });

  it('do not need intervals that fit in int32 for every client', () => {
    expect(parse('0', '2147483647', '-t', '2', '--duration', '1')!.plan.intervals).toMatchObject({ kind: 'step' });
  });

  it.each([
    [['--duration', '5h'], 'it must be a time like 10, 10s, 500ms or 2m, got 5h'],
    [['--duration', '0'], 'it must be above 0, got 0'],
    [['--rate', '0'], 'it must be a number above 0, got 0'],
    [['--ramp', '5'], 'it must be two numbers like 100:5000, got 5'],
    [['--ramp', '1:9', '-t', '5'], 'ramp must stay between 0 and 5, got 9'],
    [['--with', 'slow-reader'], 'it must be a name and a share like slow-reader:10%, got slow-reader'],
    [['--with', 'lion:10%', '-t', '9'], 'its name must be one of connect-only, '],
    [['--with', 'flood:10%'], 'with must leave at least one good client'],
    [['--mix', '1=0..9'], 'it must be a share and an interval like 1%=0..2147483647, got 1=0..9'],
    [['--mix', '60%=0..9', '--mix', '40%=0..9'], 'all shares together must be below 100%, got 40%=0..9'],
    [['--mix', '1%=0..2147483648'], 'bounds must be int32'],
    [['--intervals', 'normal'], 'it must be step, fixed, uniform:WIDTH or zipf:WIDTH:EXPONENT, got '],
    [['--intervals', 'uniform:5:1'], 'it must be step, fixed, uniform:WIDTH or zipf:WIDTH:EXPONENT, got '],
    [['--intervals', 'uniform:99'], 'width must be an integer from 1 to the 2 of [1, 2], got 99'],
    [['--fail-if', 'p98>1ms'], 'it must be a condition like p99<20ms, errors>0.1% or rate>=1000, got p98>1ms'],
    [['--keep-alive', '--no-sum'], "option '--keep-alive' cannot be used with '--no-sum'"],
    [['--duration', '1', '--print'], "cannot be used with option '--print'"],
    [['--find-max', 'p99<1s', '--requests', '5'], "cannot be used with '--ramp' or '--requests'"],
    [['--rate', '5', '--ramp', '1:9'], "option '--rate <R>' must be at least the ramp's 9, got 5"],
    [['--find-max', 'p99>1s'], 'it must be a condition that low rates hold, like p99<20ms or errors<0.1%, got p99>1s'],
    [['--find-max', 'p99<1s', '--fail-if', 'errors>0'], "cannot be used with '--fail-if'"],
    [['--find-max', 'p99<1s', '--csv', 'x'], "cannot be used with '--csv' or '--hgrm'"],
  ])('complain in one line about %j', (args, said) => {
    expect(complaint('1', '2', ...args)).toContain(said);
    expect(complaint('1', '2', ...args)).toMatch(/^error: .*\n$/);
  });
});
