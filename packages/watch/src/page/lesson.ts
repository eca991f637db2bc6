/** The progress of somebody in a lesson. It draws nothing. */
import { type BuiltLesson, type Question } from '../lesson/built-lesson.ts';
import type { Watcher } from '../viewer/watcher.ts';

/** What somebody has answered: an index, a number, names of sockets, or indexes in an order. */
export type Answer = number | readonly string[] | readonly number[];

/** What is said about an answer. */
export interface Verdict {
  readonly right: boolean;
  readonly text: string;
}

/** A lesson, and where somebody is in it. */
export class Lesson {
  readonly content: BuiltLesson;
  readonly #watchers: ReadonlyMap<string, Watcher>;
  readonly #changed: () => void;
  /** The verdict on each question that was answered rightly, or whose answer was shown. */
  readonly #solved = new Map<string, Verdict>();
  #index = 0;
  #verdict: Verdict | undefined;
  #hintsShown = 0;
  /** Questions that were answered rightly at the first try. */
  #atOnce = 0;
  #tries = 0;

  /**
   * @param content - the lesson
   * @param watchers - show its recordings, by run
   * @param changed - called when something is to be drawn
   */
  constructor(content: BuiltLesson, watchers: ReadonlyMap<string, Watcher>, changed: () => void) {
    this.content = content;
    this.#watchers = watchers;
    this.#changed = changed;
  }

  get index(): number {
    return this.#index;
  }

  get question(): Question {
    return this.content.questions[this.#index]!;
  }

  /** Shows the recording of the question. */
  get watcher(): Watcher {
    return this.#watchers.get(this.question.run)!;
  }

  /** Whether the answer is known. */
  get isSolved(): boolean {
    return this.#solved.has(this.question.id);
  }

  get verdict(): Verdict | undefined {
    return this.#solved.get(this.question.id) ?? this.#verdict;
  }

  get hints(): readonly string[] {
    return this.question.hints.slice(0, this.#hintsShown);
  }

  get hasMoreHints(): boolean {
    return this.#hintsShown < this.question.hints.length && !this.isSolved;
  }

  get isLast(): boolean {
    return this.#index === this.content.questions.length - 1;
  }

  /** Whether every question is solved. */
  get isOver(): boolean {
    return this.#solved.size === this.content.questions.length;
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  /** Goes to a question, and shows its moment. */
  goTo(index: number): void {
    this.#index = Math.max(0, Math.min(this.content.questions.length - 1, index));
    this.#verdict = undefined;
    this.#hintsShown = 0;
    this.#tries = 0;
    const { watcher, question } = this;
    watcher.stepping = false;
    watcher.keepBack(this.isSolved ? undefined : question.at);
    watcher.showPosition(this.isSolved ? question.reveal : question.at);
    this.#changed();
  }

  /** Judges an answer; a right one shows what happens. */
  answer(given: Answer): void {
    this.#tries += 1;
    const { question } = this;
    if (isRight(question, given)) {
      if (this.#tries === 1) this.#atOnce += 1;
      this.#solve({ right: true, text: `Right. ${question.why}` });
      return;
    }
    const told =
      (question.kind === 'choice' || question.kind === 'number') && typeof given === 'number'
        ? question.wrong[String(given)]
        : undefined;
    this.#verdict = { right: false, text: told === undefined ? 'Not quite.' : `Not quite. ${told}` };
    this.#changed();
  }

  /** Gives up: shows the answer and what happens. */
  showAnswer(): void {
    this.#solve({ right: false, text: `The answer: ${answerText(this.question)}. ${this.question.why}` });
  }

  showHint(): void {
    this.#hintsShown += 1;
    this.#changed();
  }

  #solve(verdict: Verdict): void {
    const { question, watcher } = this;
    this.#solved.set(question.id, verdict);
    watcher.stepping = true;
    watcher.keepBack(undefined);
    watcher.showPosition(question.reveal);
    this.#changed();
  }
}

function isRight(question: Question, given: Answer): boolean {
  if (question.kind === 'choice' || question.kind === 'number') return question.answer === given;
  if (typeof given === 'number') return false;
  const [found, wanted] =
    question.kind === 'sockets' ? [given.toSorted(), question.answer.toSorted()] : [given, question.answer];
  return found.join() === wanted.join();
}

function answerText(question: Question): string {
  switch (question.kind) {
    case 'choice':
      return question.options[question.answer]!;
    case 'number':
      return String(question.answer);
    case 'sockets':
      return question.answer.join(', ') || 'none';
    case 'order':
      return question.answer.map((option) => question.options[option]!).join('; then ');
  }
}
