import type { ServerInfo } from '@concurrent-primes/trace';
import type { ComponentChild } from 'preact';

interface Entry {
  readonly look: string;
  readonly mark: string;
  readonly text: string;
  readonly in: readonly ServerInfo['architecture'][];
}

const ALL = ['loop', 'pool', 'net'] as const;

const ENTRIES: readonly Entry[] = [
  { look: '', mark: '▼', text: 'recv: bytes came in', in: ALL },
  { look: '', mark: '▲', text: 'send: the kernel took some', in: ALL },
  { look: '', mark: '+', text: 'accepted', in: ALL },
  { look: '', mark: '×', text: 'closed', in: ALL },
  { look: 'itself', mark: '', text: 'not ready: it waits for itself', in: ['loop', 'net'] },
  { look: 'has', mark: '', text: 'has a thread', in: ['pool'] },
  { look: 'blocks', mark: '', text: 'has a thread, and blocks it', in: ['pool'] },
  { look: 'another', mark: '', text: 'waits for another client', in: ALL },
];

const CLASSES: Readonly<Record<string, string>> = { '▼': 'in', '▲': 'out' };

/** What the marks mean. */
export function Legend({ architecture }: Pick<ServerInfo, 'architecture'>): ComponentChild {
  return (
    <ul class="legend" aria-label="How to read the marks">
      {ENTRIES.filter((entry) => entry.in.includes(architecture)).map(({ look, mark, text }) => (
        <li key={text}>
          <span class="past" aria-hidden="true">
            <span class={look}>{mark !== '' && <i class={CLASSES[mark] ?? 'mark'}>{mark}</i>}</span>
          </span>
          {text}
        </li>
      ))}
      <li>
        <span class="cell sent" aria-hidden="true">
          5
        </span>
        sent
      </li>
      <li>
        <span class="cell now-out" aria-hidden="true">
          7
        </span>
        sent in this step
      </li>
      <li>
        <span class="cell next" aria-hidden="true">
          11
        </span>
        next
      </li>
    </ul>
  );
}
