/** A lesson as its page has it: questions about moments of recordings. */

/** What a page keeps to itself until the answer is given. */
export type Hidden = 'sentence' | 'glance' | 'reasons' | 'history' | 'machine';

interface AnyQuestion {
  readonly id: string;
  /** Name of the recording that it is about. */
  readonly run: string;
  /** The moment that is shown, as a number of events; the page goes no further before the answer. */
  readonly at: number;
  /** The moment that shows the answer. */
  readonly reveal: number;
  readonly ask: string;
  readonly hide: readonly Hidden[];
  readonly hints: readonly string[];
  /** Why the right answer is right. */
  readonly why: string;
}

/** One of several options. */
export interface ChoiceQuestion extends AnyQuestion {
  readonly kind: 'choice';
  readonly options: readonly string[];
  /** Index of the right option. */
  readonly answer: number;
  /** What is wrong with an option, by its index. */
  readonly wrong: Readonly<Record<string, string>>;
}

/** A whole number. */
export interface NumberQuestion extends AnyQuestion {
  readonly kind: 'number';
  readonly answer: number;
  /** What is wrong with a number. */
  readonly wrong: Readonly<Record<string, string>>;
}

/** Some of the sockets that are shown. */
export interface SocketsQuestion extends AnyQuestion {
  readonly kind: 'sockets';
  /** All sockets at that moment. */
  readonly options: readonly string[];
  readonly answer: readonly string[];
}

/** Things that happen, in their order. */
export interface OrderQuestion extends AnyQuestion {
  readonly kind: 'order';
  readonly options: readonly string[];
  /** Indexes of the options in the right order. */
  readonly answer: readonly number[];
}

export type Question = ChoiceQuestion | NumberQuestion | SocketsQuestion | OrderQuestion;

/** The lesson. */
export interface BuiltLesson {
  readonly title: string;
  /** How long it takes. */
  readonly minutes: number;
  /** What it is about, in a sentence or two. */
  readonly intro: string;
  readonly questions: readonly Question[];
}

/** Ids of the elements of a lesson's page: the lesson, and each recording by its run. */
export const LESSON_ID = 'lesson';

/** Returns the id of the element with the recording of a run. */
export function recordingId(run: string): string {
  return `recording-${run}`;
}
