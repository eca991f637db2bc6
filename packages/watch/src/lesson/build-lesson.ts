/** Makes the page of a lesson: one HTML file that opens from disk. */
import { clientName, openRecording, type Recording } from '@concurrent-primes/trace';
import { embedLesson, readPage } from '../page-file.ts';
import type { BuiltLesson, Question } from './built-lesson.ts';
import { disagreement, positionOf } from './lesson-proof.ts';
import type { LessonQuestion, LessonSource } from './lesson-source.ts';

/**
 * Builds a lesson.
 *
 * @param source - the lesson
 * @param recordings - what happened in its runs, by name
 * @returns the page
 * @throws Error if a recording disagrees with an answer, with all that disagree
 */
export async function buildLesson(
  source: LessonSource,
  recordings: Readonly<Record<string, Uint8Array>>,
): Promise<string> {
  const opened = new Map<string, Recording>();
  for (const [run, bytes] of Object.entries(recordings)) opened.set(run, await openRecording([bytes]));
  const faults: string[] = [];
  const questions = source.questions.flatMap((question): Question[] => {
    try {
      const recording = opened.get(question.run)!;
      const fault = disagreement(recording, question);
      if (fault !== undefined) faults.push(`${question.id}: ${fault}`);
      return [built(question, recording)];
    } catch (error) {
      faults.push(`${question.id}: ${(error as Error).message}`);
      return [];
    }
  });
  if (faults.length > 0) throw new Error(`cannot prove the lesson's answers:\n  ${faults.join('\n  ')}`);
  const { title, minutes, intro } = source;
  const lesson: BuiltLesson = { title, minutes, intro, questions };
  return embedLesson(readPage(), lesson, recordings);
}

function built(question: LessonQuestion, recording: Recording): Question {
  const { id, run, ask, hide, hints, why } = question;
  const at = positionOf(recording, question.at);
  const any = { id, run, ask, hide, hints, why, at, reveal: positionOf(recording, question.reveal) };
  switch (question.kind) {
    case 'choice': {
      const { options, answer, wrong } = question;
      if (answer.option >= options.length) throw new Error(`the option must be below ${options.length}`);
      return { ...any, kind: 'choice', options, answer: answer.option, wrong };
    }
    case 'number':
      return { ...any, kind: 'number', answer: question.answer.value, wrong: question.wrong };
    case 'sockets': {
      const present = [...recording.stateAt(at).clients.values()].filter(({ place }) => place !== 'gone');
      const options = present.map(({ ordinal }) => clientName(ordinal));
      return { ...any, kind: 'sockets', options, answer: question.answer.sockets };
    }
    case 'order': {
      const { options, answer } = question;
      if (answer.order.toSorted((a, b) => a - b).join() !== [...options.keys()].join()) {
        throw new Error(`the order must name each of the ${options.length} options once`);
      }
      if (answer.proof.order.length !== options.length) {
        throw new Error(`the proof must have a call for each of the ${options.length} options`);
      }
      return { ...any, kind: 'order', options, answer: answer.order };
    }
  }
}
