/** A comparison as text in 80 columns: the table, the findings, the caveats. */
import { tableLines, wrapWords } from '@concurrent-primes/harness/terminal';
import type { Summary } from '@concurrent-primes/harness';
import { caveatsOf } from './caveats.ts';
import type { Comparison } from './comparison.ts';
import { findingsOf } from './findings/finding-rules.ts';
import { type Facts, factsOf, type ServerFacts, watchedGroup } from './metrics/facts.ts';
import { GROUP_METRICS, SERVER_METRICS } from './metrics/metric.ts';
import { plainText } from './sentence-format.ts';

const WIDTH = 80;

interface Column {
  readonly head: string;
  readonly of: (server: ServerFacts) => string | undefined;
}

const COLUMNS: readonly Column[] = [
  { head: 'requests/s', of: (server) => text(watchedGroup(server).metrics.rate, GROUP_METRICS.rate) },
  { head: 'bytes/s', of: (server) => text(watchedGroup(server).metrics.throughput, GROUP_METRICS.throughput) },
  { head: 'median', of: (server) => text(watchedGroup(server).metrics.p50, GROUP_METRICS.p50) },
  { head: '99 %', of: (server) => text(watchedGroup(server).metrics.p99, GROUP_METRICS.p99) },
  { head: 'CPU/request', of: ({ metrics }) => text(metrics.cpuPerRequest, SERVER_METRICS.cpuPerRequest) },
  { head: 'CPU/MB', of: ({ metrics }) => text(metrics.cpuPerMegabyte, SERVER_METRICS.cpuPerMegabyte) },
  { head: 'memory', of: ({ metrics }) => text(metrics.memory, SERVER_METRICS.memory) },
];

/** @returns lines of at most 80 columns, each with its line end */
export function renderText(comparison: Comparison): string {
  const facts = factsOf(comparison);
  const { name, title } = comparison.scenario;
  const caveats = caveatsOf(comparison).filter(({ verdict }) => verdict === 'careful');
  const lines = [
    ...wrapWords(`${name}: ${title}`),
    '',
    ...table(facts),
    '',
    ...findingsOf(facts).flatMap((finding, at) => [
      ...wrapWords(finding.title, `${at + 1}. `.padEnd(4)),
      ...wrapWords(finding.text, '    '),
      '',
    ]),
    ...(caveats.length === 0 ? [] : ['Caveats:']),
    ...caveats.flatMap(({ question, answer }) => wrapWords(`${question} ${answer}.`, '  - ')),
    ...(caveats.length === 0 ? [] : ['']),
  ];
  return plainText(lines.map((line) => `${line}\n`).join(''));
}

function table({ servers, scenario }: Facts): string[] {
  const columns = COLUMNS.filter(({ of }) => servers.some((server) => of(server) !== undefined));
  const rows = [
    ['server', ...columns.map(({ head }) => head)],
    ...servers.map((server) => [server.spec.name, ...columns.map(({ of }) => of(server) ?? '-')]),
  ];
  const [watched, ...others] = scenario.groups;
  const note = others.length === 0 ? [] : wrapWords(`Times and requests are those of the ${watched!.name}.`);
  return [...tableLines(rows, { width: WIDTH }), ...note];
}

function text(value: Summary | undefined, metric: { readonly text: (value: number) => string }): string | undefined {
  return value && metric.text(value.median);
}
