import { describe, expect, it } from 'vitest';
import { NOTHING, type Step } from './script.ts';
import { play } from './testing/play.ts';
import { MOMENTS, VANISHING, WAYS } from './vanishing.ts';
import { memberNamed, ZOO } from './zoo.ts';

describe('ZOO', () => {
  it('names each member once, says what it does, and has one for each way to vanish at each moment', () => {
    const names = ZOO.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(ZOO.filter(({ does }) => !/^[a-z][^.]+[^.]$/.test(does))).toEqual([]);
    expect(VANISHING.length).toBe(WAYS.length * MOMENTS.length);
  });

  it.each(ZOO)('$name leaves in the tally what it says it leaves', (member) => {
    expect(member.leaves.length % member.connections).toBe(0);
    const leaves = member.leaves.slice(0, member.leaves.length / member.connections);
    const { outcomes } = play(member);
    expect(outcomes.length).toBe(leaves.length);
    outcomes.forEach((outcome, i) => {
      expect(leaves[i]).toContain(outcome);
    });
  });

  it.each(ZOO)('$name holds if it says so, as its last step', ({ name, holds }) => {
    const { steps } = play(memberNamed(name));
    expect(steps.includes('hold')).toBe(holds);
    if (holds) expect(steps.indexOf('hold')).toBe(steps.length - 1);
  });

  it.each(ZOO.filter(({ name }) => name !== 'garbage'))('$name knows the greeting', (member) => {
    const { outcomes } = play(member, { greeting: true });
    expect(outcomes).toEqual(play(member).outcomes);
  });

  it('slow-reader behaves to the end when the answer is short', () => {
    expect(play(memberNamed('slow-reader'), { interval: [0, 100] }).outcomes).toEqual(['served']);
  });

  it('slow-writer pauses between any two of its bytes, as long as it is told', () => {
    const script = memberNamed('slow-writer').script({ interval: [1, 0], pauseMs: 7 });
    const steps = Array.from({ length: 15 }, () => script.next(NOTHING).value as Step);
    expect(steps.filter((_, i) => i % 2 === 1)).toEqual(new Array<Step>(7).fill({ do: 'pause', pauseMs: 7 }));
    expect(steps.filter((_, i) => i % 2 === 0).map((step) => step.do === 'send' && [...step.bytes])).toEqual(
      [0, 0, 0, 1, 0, 0, 0, 0].map((byte) => [byte]),
    );
  });

  it('scripts throw when the server refuses or ends early', () => {
    const refused = memberNamed('wrong-sum').script();
    refused.next();
    refused.next(new Uint8Array(0));
    expect(() => refused.next(new Uint8Array([255, 255, 255, 255]))).toThrow('the server refused the request: busy');
    const ended = memberNamed('wrong-sum').script();
    ended.next();
    ended.next(new Uint8Array(0));
    expect(() => ended.next(new Uint8Array(0))).toThrow('N must come before the end');
  });
});

describe('memberNamed()', () => {
  it('lists the names when there is no such member', () => {
    expect(() => memberNamed('lion')).toThrow(/must be one of connect-only, silent, .*flood, got 'lion'/);
  });
});
