/** A comparison as text, in 80 columns: the table, what was found, what to be careful about. */
import { type Facts, factsOf, type ServerFacts, watchedGroup } from './figures/facts.ts';
import { GROUP_FIGURES, SERVER_FIGURES } from './figures/figure.ts';
import { findingsOf } from './findings/rules.ts';
import { honestyOf } from './honesty.ts';
import type { Comparison } from './results.ts';
import type { Measured } from './statistics.ts';

const WIDTH = 80;
const GAP = '  ';

interface Column {
  readonly head: string;
  readonly of: (server: ServerFacts) => string | undefined;
}

const COLUMNS: readonly Column[] = [
  { head: 'requests/s', of: (server) => text(watchedGroup(server).figures.rate, GROUP_FIGURES.rate) },
  { head: 'bytes/s', of: (server) => text(watchedGroup(server).figures.throughput, GROUP_FIGURES.throughput) },
  { head: 'median', of: (server) => text(watchedGroup(server).figures.p50, GROUP_FIGURES.p50) },
  { head: '99 %', of: (server) => text(watchedGroup(server).figures.p99, GROUP_FIGURES.p99) },
  { head: 'CPU/request', of: ({ figures }) => text(figures.cpuPerRequest, SERVER_FIGURES.cpuPerRequest) },
  { head: 'CPU/MB', of: ({ figures }) => text(figures.cpuPerMegabyte, SERVER_FIGURES.cpuPerMegabyte) },
  { head: 'memory', of: ({ figures }) => text(figures.memory, SERVER_FIGURES.memory) },
];

/**
 * Renders a comparison.
 *
 * @returns lines of at most 80 columns, each with its line end
 */
export function renderText(comparison: Comparison): string {
  const facts = factsOf(comparison);
  const careful = honestyOf(comparison).filter(({ verdict }) => verdict === 'careful');
  return [
    ...wrap(`${comparison.scenario.name}: ${comparison.scenario.title}`),
    '',
    ...table(facts),
    '',
    ...findingsOf(facts).flatMap(({ title, text: why }, at) => [
      ...wrap(title, `${at + 1}. `.padEnd(4)),
      ...wrap(why, '    '),
      '',
    ]),
    ...(careful.length === 0 ? [] : ['Read with care:']),
    ...careful.flatMap(({ question, answer }) => wrap(`${question} ${answer}.`, '  - ')),
    ...(careful.length === 0 ? [] : ['']),
  ]
    .map((line) => `${line}\n`)
    .join('')
    .replaceAll('\u00A0', ' ');
}

function table({ servers, scenario }: Facts): string[] {
  const columns = COLUMNS.filter(({ of }) => servers.some((server) => of(server) !== undefined));
  const rows = [
    ['server', ...columns.map(({ head }) => head)],
    ...servers.map((server) => [server.spec.name, ...columns.map(({ of }) => of(server) ?? '-')]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const figuresWidth = widths.slice(1).reduce((sum, width) => sum + GAP.length + width, 0);
  // A command can have a long name; what is cut off stands in the report.
  const nameWidth = Math.min(widths[0]!, WIDTH - figuresWidth);
  const lines = rows.map(([name, ...cells]) =>
    [
      name!.length > nameWidth ? `${name!.slice(0, nameWidth - 1)}…` : name!.padEnd(nameWidth),
      ...cells.map((cell, column) => cell.padStart(widths[column + 1]!)),
    ].join(GAP),
  );
  const note =
    scenario.groups.length > 1 ? wrap(`Times and requests are those of the ${scenario.groups[0]!.name}.`) : [];
  return [...lines, ...note];
}

function text(value: Measured | undefined, figure: { readonly text: (value: number) => string }): string | undefined {
  return value && figure.text(value.median);
}

/** Words in lines; the first begins with `lead`, the others with as many spaces. */
function wrap(words: string, lead = ''): string[] {
  const lines: string[] = [];
  let line = lead;
  for (const word of words.split(' ')) {
    const isFirst = line.trim() === '' || line === lead;
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(lead.length) + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
