import { Recording } from '@concurrent-primes/trace';
import { describe, expect, it } from 'vitest';
import { headerOf, RECORDINGS } from '../testing/recordings.ts';
import { callsOf, disagreement, positionOf, waitingSockets } from './lesson-proof.ts';
import type { LessonQuestion } from './lesson-source.ts';

function recordingOf(name: keyof typeof RECORDINGS): Recording {
  const { server, batch } = RECORDINGS[name]!();
  const recording = new Recording(headerOf(server));
  recording.addEvents(batch);
  return recording;
}

const RECORDING = recordingOf('four');

const AT = { step: 2, ready: false };
const ANY = { id: 'q', run: 'r', at: AT, reveal: AT, ask: '?', hide: [], hints: [], why: '!' };

type Answer<Kind extends LessonQuestion['kind']> = Extract<LessonQuestion, { readonly kind: Kind }>['answer'];

function number(value: number, proof: Answer<'number'>['proof']): string | undefined {
  return disagreement(RECORDING, { ...ANY, kind: 'number', answer: { value, proof }, wrong: {} });
}

function choice(proof: Answer<'choice'>['proof']): string | undefined {
  const question = { ...ANY, kind: 'choice', options: ['a', 'b'], answer: { option: 0, proof }, wrong: {} } as const;
  return disagreement(RECORDING, { ...question, options: [...question.options] });
}

describe('a proof', () => {
  const steps = Array.from({ length: RECORDING.lastStep }, (_, index) => callsOf(RECORDING, index + 1));
  const call = steps.flat().find((one) => one.startsWith('send'))!;
  const first = steps.findIndex((calls) => calls.includes(call)) + 1;
  const total = steps.flat().filter((one) => one === call).length;

  it('of the step of a call agrees with the right number only', () => {
    expect(number(first, { step: { call, which: 'first' } })).toBeUndefined();
    expect(number(first + 1, { step: { call, which: 'first' } })).toBe(
      `the recording must have ${first + 1}, got ${first}`,
    );
  });

  it('of a count agrees with the right number only, up to a step or in all', () => {
    expect(number(total, { count: call })).toBeUndefined();
    expect(number(1, { count: call, upTo: first })).toBeUndefined();
    expect(number(total + 1, { count: call })).toContain(`got ${total}`);
  });

  it('of the calls of a step names all of them, or those of one client', () => {
    const calls = steps[first - 1]!;
    const of = call.split(' ')[1]!;
    expect(choice({ calls: { step: first }, are: calls })).toBeUndefined();
    expect(choice({ calls: { step: first, of }, are: calls.filter((one) => one.endsWith(` ${of}`)) })).toBeUndefined();
    expect(choice({ calls: { step: first }, are: [] })).toBe(`the recording must have none, got ${calls.join(', ')}`);
  });

  it('of an order looks at what comes after the question', () => {
    const later = [...new Set(steps.slice(2).flat())];
    const order = [later.at(0)!, later.at(-1)!];
    expect(choice({ order })).toBeUndefined();
    expect(choice({ order: order.toReversed() })).toContain('the recording must have');
  });

  it('of the sockets that wait names all of them', () => {
    const waiting = waitingSockets(RECORDING.stateAtStep(AT.step), 'itself');
    const sockets = (named: string[]): string | undefined =>
      disagreement(RECORDING, { ...ANY, kind: 'sockets', answer: { sockets: named, proof: { waiting: 'itself' } } });
    expect(sockets(waiting)).toBeUndefined();
    expect(sockets([...waiting, 's9'])).toContain('the recording must have');
  });

  it('needs a recording that is long enough', () => {
    expect(() => positionOf(RECORDING, { step: 5000, ready: false })).toThrow('step 5000 must be in the recording');
  });

  it('of a moment at which the ready sets are known comes before the calls of its turn', () => {
    const state = RECORDING.stateAt(positionOf(RECORDING, { step: first, ready: true }));
    expect(state.threads[0]!.turn).toBe(RECORDING.stateAtStep(first).threads[0]!.turn);
    expect(state.threads[0]!.calls).toEqual([]);
    expect(state.threads[0]!.inready.length + state.threads[0]!.outready.length).toBeGreaterThan(0);
  });
});
