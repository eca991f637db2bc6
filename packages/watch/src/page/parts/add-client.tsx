import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { AddableClient, Command } from '../../messages.ts';

interface AddClientProps {
  readonly clients: readonly AddableClient[];
  readonly send: (command: Command) => void;
  /** What the server said about the last one. */
  readonly answer: string;
}

/** The kinds that a teacher asks for most, with buttons of their own. */
const QUICK: readonly (readonly [name: string, text: string])[] = [
  ['good', 'A good client'],
  ['slow-writer', 'A slow writer'],
  ['slow-reader', 'A slow reader'],
  ['silent', 'A silent one'],
];

const LARGEST = 2_147_483_647;

/** "What if?" in class: starts one more client against the running server. */
export function AddClient({ clients, send, answer }: AddClientProps): ComponentChild {
  const [kind, choose] = useState('good');
  const [[from, to], setInterval] = useState(['2', '100']);
  const [a, b] = [Number(from), Number(to)];
  const isWrong =
    ![a, b].every((value) => Number.isInteger(value) && value >= 0 && value <= LARGEST) || from === '' || to === '';
  const add = (client: string): void => {
    if (!isWrong) send({ do: 'add', client, interval: [a, b] });
  };
  const known = QUICK.filter(([name]) => clients.some((client) => client.name === name));
  return (
    <details class="panel" open>
      <summary>Add a client</summary>
      <div>
        <form
          class="add"
          onSubmit={(event) => {
            event.preventDefault();
            add(kind);
          }}
        >
          <div class="quick">
            {known.map(([name, text]) => (
              <button
                key={name}
                type="button"
                class="button"
                onClick={() => {
                  choose(name);
                  add(name);
                }}
              >
                {text}
              </button>
            ))}
          </div>
          <label>
            kind
            <select
              value={kind}
              onChange={(event) => {
                choose(event.currentTarget.value);
              }}
            >
              {clients.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            from a
            <input
              inputMode="numeric"
              value={from}
              onInput={(event) => {
                setInterval([event.currentTarget.value, to]);
              }}
            />
          </label>
          <label>
            to b
            <input
              inputMode="numeric"
              value={to}
              onInput={(event) => {
                setInterval([from, event.currentTarget.value]);
              }}
            />
          </label>
          <button type="submit" class="button" disabled={isWrong}>
            Add
          </button>
          <p class={isWrong ? 'does wrong' : 'does'} role="status">
            {isWrong
              ? `a and b must be integers from 0 to ${LARGEST.toLocaleString('en')}.`
              : answer !== ''
                ? answer
                : `It ${clients.find(({ name }) => name === kind)?.does ?? 'asks for the primes in [a, b]'}.`}
          </p>
        </form>
      </div>
    </details>
  );
}
