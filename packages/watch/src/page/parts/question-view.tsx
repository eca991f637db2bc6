import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { Question } from '../../lesson/built-lesson.ts';
import { count } from '../../model/index.ts';
import type { Answer, Lesson } from '../lesson.ts';

/** The question of a lesson, the ways to answer it, and what is said about the answer. */
export function QuestionView({ lesson }: { readonly lesson: Lesson }): ComponentChild {
  const { content, question, index, verdict, isSolved } = lesson;
  const total = content.questions.length;
  return (
    <section class="lesson" aria-label="Lesson">
      <div class="lesson-head">
        <h2>{content.title}</h2>
        <span>
          Question {index + 1} of {total}
        </span>
        <Places lesson={lesson} />
      </div>
      {index === 0 && !isSolved && (
        <p class="soft">
          {content.intro} It takes about {count(content.minutes, 'minute')}. You may go back in the recording, but not
          beyond this moment before you have answered.
        </p>
      )}
      <AnswerForm key={question.id} lesson={lesson} question={question} />
      <div role="status">
        {verdict !== undefined && (
          <p class={verdict.right ? 'verdict right' : 'verdict'}>
            <b aria-hidden="true">{verdict.right ? '✓ ' : isSolved ? '' : '✗ '}</b>
            {verdict.text}
          </p>
        )}
        {lesson.hints.map((hint) => (
          <p key={hint} class="soft">
            Hint: {hint}
          </p>
        ))}
        {lesson.isOver && (
          <p class="verdict right">
            That was the last question. You answered {lesson.atOnce} of {total} at the first try. The recordings are
            yours to step through.
          </p>
        )}
      </div>
    </section>
  );
}

/** A button for each question. */
function Places({ lesson }: { readonly lesson: Lesson }): ComponentChild {
  return (
    <nav aria-label="Questions">
      <button
        type="button"
        class="button"
        disabled={lesson.index === 0}
        onClick={() => {
          lesson.goTo(lesson.index - 1);
        }}
      >
        Earlier
      </button>
      <button
        type="button"
        class={lesson.isSolved && !lesson.isLast ? 'button main' : 'button'}
        disabled={lesson.isLast}
        onClick={() => {
          lesson.goTo(lesson.index + 1);
        }}
      >
        Next question
      </button>
    </nav>
  );
}

interface AnswerProps {
  readonly lesson: Lesson;
  readonly question: Question;
}

function AnswerForm({ lesson, question }: AnswerProps): ComponentChild {
  const [given, give] = useState<Answer | undefined>(question.kind === 'sockets' ? [] : undefined);
  const { isSolved } = lesson;
  const isWhole =
    given !== undefined &&
    (question.kind !== 'order' || (given as readonly number[]).length === question.options.length);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && !isSolved) lesson.answer(given);
      }}
    >
      <fieldset disabled={isSolved}>
        <legend>{question.ask}</legend>
        <Options question={question} given={given} give={give} />
      </fieldset>
      {!isSolved && (
        <p class="lesson-buttons">
          <button type="submit" class="button main" disabled={!isWhole}>
            Check
          </button>
          {lesson.hasMoreHints && (
            <button
              type="button"
              class="button"
              onClick={() => {
                lesson.showHint();
              }}
            >
              Hint
            </button>
          )}
          {lesson.verdict !== undefined && (
            <button
              type="button"
              class="text-button"
              onClick={() => {
                lesson.showAnswer();
              }}
            >
              Show the answer
            </button>
          )}
        </p>
      )}
    </form>
  );
}

interface OptionsProps {
  readonly question: Question;
  readonly given: Answer | undefined;
  readonly give: (answer: Answer) => void;
}

function Options({ question, given, give }: OptionsProps): ComponentChild {
  switch (question.kind) {
    case 'choice':
      return question.options.map((option, index) => (
        <label key={option} class="option">
          <input
            type="radio"
            name={question.id}
            checked={given === index}
            onChange={() => {
              give(index);
            }}
          />
          {option}
        </label>
      ));
    case 'number':
      return (
        <input
          type="number"
          aria-label="Your answer"
          step={1}
          onInput={({ currentTarget }) => {
            if (currentTarget.value !== '') give(currentTarget.valueAsNumber);
          }}
        />
      );
    case 'sockets': {
      const marked = given as readonly string[];
      return (
        <div class="sockets">
          {question.options.map((socket) => (
            <label key={socket} class="option">
              <input
                type="checkbox"
                checked={marked.includes(socket)}
                onChange={({ currentTarget }) => {
                  const others = marked.filter((one) => one !== socket);
                  give(currentTarget.checked ? [...others, socket] : others);
                }}
              />
              {socket}
            </label>
          ))}
        </div>
      );
    }
    case 'order': {
      const order = (given ?? []) as readonly number[];
      return (
        <>
          <p class="soft">Press them in their order; press one again to take it and what follows back.</p>
          {question.options.map((option, index) => {
            const place = order.indexOf(index);
            return (
              <button
                key={option}
                type="button"
                class="button option"
                aria-pressed={place >= 0}
                onClick={() => {
                  give(place >= 0 ? order.slice(0, place) : [...order, index]);
                }}
              >
                <b>{place >= 0 ? place + 1 : '·'}</b> {option}
              </button>
            );
          })}
        </>
      );
    }
  }
}
