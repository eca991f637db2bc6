/**
 * Generates the diagrams and tables of SPEC.md from the tables of states, so that the document can't differ from the code.
 *
 * `pnpm run diagram` rewrites the parts of SPEC.md between the markers; a test fails while they are out of date. This
 * file is a maintenance tool and is not in the build.
 */

import { readFileSync, writeFileSync } from 'node:fs';

import { CLIENT_STATES } from './client-states.ts';
import { OUTCOME_MEANINGS } from './outcomes.ts';
import { SERVER_STATES } from './server-states.ts';
import type { StateRow } from './state-graph.ts';

export const SPEC_URL = new URL('../SPEC.md', import.meta.url);

interface Edge {
  readonly from: string;
  readonly event: string;
  readonly to: string;
  readonly outcome?: string | undefined;
}

/** Events of a driver that closes for its own reasons: omitted from the diagram, since nearly every state has them. */
const CLOSE_CAUSES: readonly string[] = ['reset', 'shutdown'];

/** Mermaid's start state. */
const START = '[*]';

function edgesOf(states: Readonly<Record<string, StateRow<string, string, string>>>): Edge[] {
  return Object.entries(states).flatMap(([from, { on }]) =>
    Object.entries(on).map(([event, row]): Edge => ({ from, event, to: row![0], outcome: row![1] })),
  );
}

/** The generated parts, by the name in their markers. */
function generatedParts(): Readonly<Record<string, string>> {
  return {
    'server-diagram': mermaid([
      { from: START, event: 'dialect greeting', to: 'greeting' },
      { from: START, event: 'connected', to: 'fresh' },
      ...edgesOf(SERVER_STATES).filter(({ event }) => !CLOSE_CAUSES.includes(event)),
    ]),
    'server-states': table(
      ['state', 'waits for', 'phase', ...CLOSE_CAUSES.map((cause) => `cut: ${cause}`)],
      Object.entries(SERVER_STATES).map(([state, { waitsFor, phase, on }]) => [
        `\`${state}\``,
        `\`${waitsFor}\``,
        `\`${phase}\``,
        ...CLOSE_CAUSES.map((cause) => on[cause as keyof typeof on]?.[1] ?? '-'),
      ]),
    ),
    outcomes: table(
      ['outcome', 'meaning'],
      Object.entries(OUTCOME_MEANINGS).map(([outcome, meaning]) => [`\`${outcome}\``, meaning]),
    ),
    'client-diagram': mermaid([
      { from: START, event: 'connected', to: 'idle' },
      ...edgesOf(CLIENT_STATES).filter(({ event }) => event !== 'closed'),
    ]),
  };
}

/** Writes the generated parts between their markers; throws an Error if a pair is missing. */
export function withGeneratedParts(document: string): string {
  let result = document;
  for (const [name, part] of Object.entries(generatedParts())) {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const from = result.indexOf(begin);
    const to = result.indexOf(end);
    if (from < 0 || to < from)
      throw new Error(`cannot write ${name}: the document must have ${begin} and ${end}, got neither or one`);
    result = `${result.slice(0, from + begin.length)}\n\n${part}\n\n${result.slice(to)}`;
  }
  return result;
}

/** One arrow for each pair of states; its label lists the events, each with the outcome of the exchange it ends. */
function mermaid(edges: readonly Edge[]): string {
  const arrows = Map.groupBy(edges, ({ from, to }) => `${stateId(from)} --> ${stateId(to)}`);
  const lines = [...arrows].map(([arrow, labels]) => {
    const events = labels.map(({ event, outcome }) => (outcome === undefined ? event : `${event} / ${outcome}`));
    return `  ${arrow}: ${events.join(', ')}`;
  });
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
}

/** Mermaid reads a hyphen as a part of an arrow. */
function stateId(state: string): string {
  return state.replaceAll('-', '_');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

if (import.meta.main) {
  writeFileSync(SPEC_URL, withGeneratedParts(readFileSync(SPEC_URL, 'utf8')));
}
