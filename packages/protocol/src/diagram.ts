/**
 * Draws the tables of states for SPEC.md, so that the document can't tell another story than the code.
 *
 * `pnpm run diagram` writes the parts of SPEC.md that stand between markers anew; a test fails while they are out of
 * date. This file is for the package's maintainers and is not in its build.
 */

import { readFileSync, writeFileSync } from 'node:fs';

import { CLIENT_STATES } from './client-states.ts';
import { OUTCOME_MEANINGS } from './outcomes.ts';
import { SERVER_STATES } from './server-states.ts';

/** The document with the generated parts. */
export const SPEC_URL = new URL('../SPEC.md', import.meta.url);

interface Edge {
  readonly from: string;
  readonly event: string;
  readonly to: string;
  readonly outcome?: string | undefined;
}

/** What the driver tells when it closes by itself: possible in nearly every state, so left out of the picture. */
const CLOSE_CAUSES: readonly string[] = ['reset', 'shutdown'];

/** Mermaid's sign for where everything starts. */
const START = '[*]';

/** The parts of SPEC.md that are generated, by the name in their markers. */
export function generatedParts(): Readonly<Record<string, string>> {
  const serverEdges = Object.entries(SERVER_STATES).flatMap(([from, { on }]) =>
    Object.entries(on).map(([event, [to, outcome]]): Edge => ({ from, event, to, outcome })),
  );
  const clientEdges = Object.entries(CLIENT_STATES).flatMap(([from, { on }]) =>
    Object.entries(on).map(([event, to]): Edge => ({ from, event, to })),
  );
  return {
    'server-diagram': mermaid([
      { from: START, event: 'dialect greeting', to: 'greeting' },
      { from: START, event: 'connected', to: 'fresh' },
      ...serverEdges.filter(({ event }) => !CLOSE_CAUSES.includes(event)),
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
      ...clientEdges.filter(({ event }) => event !== 'closed'),
    ]),
  };
}

/**
 * Puts the generated parts between their markers.
 *
 * @param document - text with a pair of markers for each part
 * @throws Error if a pair is missing
 */
export function withGeneratedParts(document: string): string {
  let result = document;
  for (const [name, part] of Object.entries(generatedParts())) {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const from = result.indexOf(begin);
    const to = result.indexOf(end);
    if (from < 0 || to < from) throw new Error(`cannot place the part "${name}": needs the markers ${begin} ${end}`);
    result = `${result.slice(0, from + begin.length)}\n\n${part}\n\n${result.slice(to)}`;
  }
  return result;
}

/** One arrow for each pair of states; its label lists the events, with the outcome that each ends an exchange with. */
function mermaid(edges: readonly Edge[]): string {
  const arrows = Map.groupBy(edges, ({ from, to }) => `${stateId(from)} --> ${stateId(to)}`);
  const lines = [...arrows].map(([arrow, labels]) => {
    const events = labels.map(({ event, outcome }) => (outcome === undefined ? event : `${event} / ${outcome}`));
    return `  ${arrow}: ${events.join(', ')}`;
  });
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
}

/** Mermaid takes a hyphen for a part of an arrow. */
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
