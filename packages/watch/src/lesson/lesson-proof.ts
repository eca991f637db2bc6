/** Whether a recording agrees with the answers of a lesson. */
import {
  clientName,
  codeOf,
  EVENT_WORDS,
  eventCount,
  KINDS,
  type Recording,
  type State,
  waitingOf,
} from '@concurrent-primes/trace';
import type { LessonMoment, LessonQuestion, NumberProof } from './lesson-source.ts';

/** Events at the beginning of a turn that tell which sockets are ready. */
const READY_KINDS: ReadonlySet<number> = new Set([KINDS.TURN, KINDS.IN, KINDS.OUT]);

/**
 * Returns a moment as a number of events.
 *
 * @throws Error if the recording is too short
 */
export function positionOf(recording: Recording, { step, ready }: LessonMoment): number {
  if (step > recording.lastStep) {
    throw new Error(`step ${step} must be in the recording, which has ${recording.lastStep} steps; record more`);
  }
  return ready ? afterReadySets(recording, step) : recording.positionAfter(step);
}

function afterReadySets(recording: Recording, step: number): number {
  let position = recording.positionAfter(step - 1);
  for (const batch of recording.eventsFrom(position)) {
    for (let index = 0; index < eventCount(batch); index += 1) {
      if (!READY_KINDS.has(codeOf(batch.words[index * EVENT_WORDS + 1]!))) return position;
      position += 1;
    }
  }
  return position;
}

/** The calls of a step in order, such as `send s3`. */
export function callsOf(recording: Recording, step: number): string[] {
  const state = recording.stateAtStep(step);
  const column = state.history.at(-1);
  const calls = column === undefined ? [] : (state.threads[column.thread]?.calls ?? []);
  return calls.map(({ kind, client }) => `${kind} ${clientName(client)}`);
}

/** The sockets that wait in a way, in order of arrival. */
export function waitingSockets(state: State, kind: 'itself' | 'another'): string[] {
  return [...state.clients.values()]
    .filter((client) => waitingOf(state, client).kind === kind)
    .map(({ ordinal }) => clientName(ordinal));
}

/**
 * Checks the answer of a question.
 *
 * @returns what the recording says instead; undefined if it agrees
 */
export function disagreement(recording: Recording, question: LessonQuestion): string | undefined {
  const state = recording.stateAt(positionOf(recording, question.at));
  switch (question.kind) {
    case 'number':
      return unlike([numberOf(recording, question.answer.proof)], [question.answer.value]);
    case 'sockets':
      return unlike(waitingSockets(state, question.answer.proof.waiting), question.answer.sockets);
    case 'choice':
    case 'order': {
      const { proof } = question.answer;
      if ('order' in proof) return unlike(orderAfter(recording, state.step, proof.order), proof.order);
      const { step, of } = proof.calls;
      const calls = callsOf(recording, step).filter((call) => of === undefined || call.endsWith(` ${of}`));
      return unlike(calls, proof.are);
    }
  }
}

/** The order in which these calls first come after a step. */
function orderAfter(recording: Recording, step: number, wanted: readonly string[]): string[] {
  const later = allCalls(recording).slice(step).flat();
  return [...new Set(later.filter((call) => wanted.includes(call)))];
}

function numberOf(recording: Recording, proof: NumberProof): number {
  const steps = allCalls(recording);
  if ('count' in proof) {
    return steps
      .slice(0, proof.upTo)
      .flat()
      .filter((call) => call === proof.count).length;
  }
  const { call, which } = proof.step;
  const has = (calls: readonly string[]): boolean => calls.includes(call);
  return (which === 'first' ? steps.findIndex(has) : steps.findLastIndex(has)) + 1;
}

function allCalls(recording: Recording): string[][] {
  return Array.from({ length: recording.lastStep }, (_, index) => callsOf(recording, index + 1));
}

function unlike(found: readonly (string | number)[], wanted: readonly (string | number)[]): string | undefined {
  const text = (values: readonly (string | number)[]): string => (values.length === 0 ? 'none' : values.join(', '));
  return text(found) === text(wanted) ? undefined : `the recording must have ${text(wanted)}, got ${text(found)}`;
}
