/** A lesson as a teacher writes it: JSON with runs of servers, and questions about moments of them. */
import * as v from 'valibot';

const MAX_STEPS = 1000;
const MAX_CLIENTS = 50;
const REQUEST_BYTES = 8;
const MIN_INT32 = -(2 ** 31);
const MAX_INT32 = 2 ** 31 - 1;

const TEXT = v.pipe(v.string('a text'), v.nonEmpty('a text'));
const NAME = v.pipe(v.string('a name'), v.regex(/^[a-z][\w-]*$/i, 'a name of letters, digits, - and _'));
const wholeNumber = (min: number, max: number) => {
  const requirement = `a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(requirement),
    v.integer(requirement),
    v.minValue(min, requirement),
    v.maxValue(max, requirement),
  );
};
const STEP = wholeNumber(1, MAX_STEPS);
const INT32 = wholeNumber(MIN_INT32, MAX_INT32);
/** A call for a client, such as `send s3`. */
const CALL = v.pipe(
  v.string('a call'),
  v.regex(/^(accept|recv|send|work|put|take|refuse|expire|close) s\d+$/, 'a call and a client, such as "send s3"'),
);
const SOCKET = v.pipe(v.string('a socket'), v.regex(/^s\d+$/, 'a socket, such as "s3"'));

/** One client of a run. */
const CLIENT = v.strictObject({
  /** The interval that it asks for. */
  asks: v.tuple([INT32, INT32]),
  /** The step after which it connects; default 0, before the first one. */
  arrives: v.optional(wholeNumber(0, MAX_STEPS), 0),
  /** Bytes of its request that it sends at once: the first piece when it arrives. Missing bytes never come. */
  pieces: v.optional(v.array(wholeNumber(1, REQUEST_BYTES)), [REQUEST_BYTES]),
  /** Steps between two pieces. */
  every: v.optional(STEP, 1),
  /** Whether it reports the sum and leaves, as a good client does. */
  sums: v.optional(v.boolean(), true),
});

const RUN = v.strictObject({
  /** Command line of the server: `select --quantum 1`. */
  server: TEXT,
  clients: v.pipe(v.array(CLIENT), v.minLength(1, 'at least one client'), v.maxLength(MAX_CLIENTS)),
  /** Number of steps that are recorded: turns of a loop, calls of a pool. */
  steps: STEP,
});

/** The end of a step, or the moment inside it at which the ready sets are known. */
const MOMENT = v.strictObject({ step: STEP, ready: v.optional(v.boolean(), false) });

const ANY_QUESTION = {
  id: NAME,
  run: NAME,
  at: MOMENT,
  reveal: MOMENT,
  ask: TEXT,
  hide: v.optional(v.array(v.picklist(['sentence', 'glance', 'reasons', 'history', 'machine'])), []),
  hints: v.optional(v.array(TEXT), []),
  why: TEXT,
};
const OPTIONS = v.pipe(v.array(TEXT), v.minLength(2, 'at least two options'));
const WRONG = v.optional(v.record(v.string(), TEXT), {});

/** The calls of a step, of all clients or of one, in order. */
const CALLS_PROOF = v.strictObject({
  calls: v.strictObject({ step: STEP, of: v.optional(SOCKET) }),
  are: v.array(CALL),
});
/** These calls come after the moment of the question, in this order. */
const ORDER_PROOF = v.strictObject({ order: v.array(CALL) });
/** The sockets that wait in this way at the moment of the question. */
const WAITING_PROOF = v.strictObject({ waiting: v.picklist(['itself', 'another']) });
/** A number: the step of the first or last such call, or how many such calls there are, up to a step or in all. */
const NUMBER_PROOF = v.union(
  [
    v.strictObject({ step: v.strictObject({ call: CALL, which: v.picklist(['first', 'last']) }) }),
    v.strictObject({ count: CALL, upTo: v.optional(STEP) }),
  ],
  'a proof of a number: step or count',
);

const QUESTION = v.variant('kind', [
  v.strictObject({
    ...ANY_QUESTION,
    kind: v.literal('choice'),
    options: OPTIONS,
    answer: v.strictObject({
      option: wholeNumber(0, MAX_STEPS),
      proof: v.union([CALLS_PROOF, ORDER_PROOF], 'a proof of what happens: calls and are, or order'),
    }),
    wrong: WRONG,
  }),
  v.strictObject({
    ...ANY_QUESTION,
    kind: v.literal('number'),
    answer: v.strictObject({ value: INT32, proof: NUMBER_PROOF }),
    wrong: WRONG,
  }),
  v.strictObject({
    ...ANY_QUESTION,
    kind: v.literal('sockets'),
    answer: v.strictObject({ sockets: v.array(SOCKET), proof: WAITING_PROOF }),
  }),
  v.strictObject({
    ...ANY_QUESTION,
    kind: v.literal('order'),
    options: OPTIONS,
    answer: v.strictObject({ order: v.array(wholeNumber(0, MAX_STEPS)), proof: ORDER_PROOF }),
  }),
]);

const LESSON = v.strictObject({
  format: v.literal('concurrent-primes/lesson@1', '"concurrent-primes/lesson@1"'),
  title: TEXT,
  minutes: wholeNumber(1, 120),
  intro: TEXT,
  runs: v.record(NAME, RUN),
  questions: v.pipe(v.array(QUESTION), v.minLength(1, 'at least one question')),
});

export type LessonSource = v.InferOutput<typeof LESSON>;
export type LessonRun = v.InferOutput<typeof RUN>;
export type LessonClient = v.InferOutput<typeof CLIENT>;
export type LessonQuestion = LessonSource['questions'][number];
export type LessonMoment = v.InferOutput<typeof MOMENT>;
export type NumberProof = v.InferOutput<typeof NUMBER_PROOF>;

/**
 * Reads a lesson.
 *
 * @param text - JSON
 * @throws Error that says which part is wrong, and what it must be
 */
export function parseLesson(text: string): LessonSource {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`cannot read the lesson: it must be JSON: ${(error as Error).message}`, { cause: error });
  }
  const result = v.safeParse(LESSON, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw new Error(
      `cannot read the lesson: ${v.getDotPath(issue) ?? 'it'} must be ${issue.message}, got ${issue.received}`,
    );
  }
  const lesson = result.output;
  const ids = new Set<string>();
  for (const { id, run } of lesson.questions) {
    if (ids.has(id)) throw new Error(`cannot read the lesson: ids of questions must differ, got ${id} twice`);
    ids.add(id);
    if (lesson.runs[run] === undefined) {
      throw new Error(`cannot read the lesson: the run of ${id} must be one of runs, got ${run}`);
    }
  }
  return lesson;
}
