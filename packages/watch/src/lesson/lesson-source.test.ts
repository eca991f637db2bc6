import { describe, expect, it } from 'vitest';
import { parseLesson } from './lesson-source.ts';

const QUESTION = {
  id: 'one',
  run: 'select',
  kind: 'number',
  at: { step: 1 },
  reveal: { step: 2 },
  ask: 'How many?',
  why: 'One each.',
  answer: { value: 3, proof: { count: 'send s1' } },
};
const LESSON = {
  format: 'concurrent-primes/lesson@1',
  title: 'A lesson',
  minutes: 5,
  intro: 'About a server.',
  runs: { select: { server: 'select', clients: [{ asks: [2, 30] }], steps: 10 } },
  questions: [QUESTION],
};

function failure(lesson: unknown): string {
  try {
    parseLesson(typeof lesson === 'string' ? lesson : JSON.stringify(lesson));
  } catch (error) {
    return (error as Error).message;
  }
  return 'no failure';
}

describe('parseLesson', () => {
  it('parseLesson() fills in what a good client does', () => {
    expect(parseLesson(JSON.stringify(LESSON)).runs['select']!.clients).toEqual([
      { asks: [2, 30], arrives: 0, pieces: [8], every: 1, sums: true },
    ]);
  });

  it.for([
    ['{', 'it must be JSON'],
    [{ ...LESSON, format: 'other' }, 'format must be "concurrent-primes/lesson@1", got "other"'],
    [{ ...LESSON, questions: [] }, 'questions must be at least one question'],
    [{ ...LESSON, questions: [QUESTION, QUESTION] }, 'ids of questions must differ, got one twice'],
    [{ ...LESSON, questions: [{ ...QUESTION, run: 'pool' }] }, 'the run of one must be one of runs, got pool'],
    [{ ...LESSON, questions: [{ ...QUESTION, kind: 'guess' }] }, 'questions.0.kind must be'],
    [
      { ...LESSON, questions: [{ ...QUESTION, answer: { value: 3, proof: { count: 'sends s1' } } }] },
      'questions.0.answer.proof.count must be a call and a client, such as "send s3", got "sends s1"',
    ],
    [
      { ...LESSON, questions: [{ ...QUESTION, answer: { value: 3, proof: { waiting: 'another' } } }] },
      'questions.0.answer.proof must be a proof of a number: step or count',
    ],
    [
      { ...LESSON, runs: { select: { server: 'select', clients: [{ asks: [2, 30], pieces: [9] }], steps: 10 } } },
      'runs.select.clients.0.pieces.0 must be a whole number from 1 to 8, got 9',
    ],
  ] as const)('parseLesson() says what is wrong with %j', ([lesson, message]) => {
    expect(failure(lesson)).toContain(message);
  });
});
