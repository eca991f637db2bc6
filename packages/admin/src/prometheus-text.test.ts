import { expect, it } from 'vitest';
import type { Metric } from './metric.ts';
import { metricTable } from './metric-table.ts';
import { prometheusText } from './prometheus-text.ts';

const METRICS: readonly Metric<{ readonly clients: number | undefined }>[] = [
  { name: 'chat_clients', type: 'gauge', help: 'Clients.\nNow \\ here.', read: ({ clients }) => clients },
  {
    name: 'chat_words_total',
    type: 'counter',
    help: 'Words.',
    labels: ['room', 'language'],
    read: () => [
      [['a "quoted"\nroom', 'en'], 2],
      [['back\\slash', 'de'], Infinity],
    ],
  },
  {
    name: 'chat_wait_seconds',
    type: 'histogram',
    help: 'Waits.',
    read: () => ({ bounds: [0.5, 1], counts: [3, 0, 2], sum: 12.5 }),
  },
];

it('prometheusText() writes help, type and values, and adds up the buckets of a histogram', () => {
  expect(prometheusText(METRICS, { clients: 7 })).toBe(
    [
      String.raw`# HELP chat_clients Clients.\nNow \\ here.`,
      '# TYPE chat_clients gauge',
      'chat_clients 7',
      '# HELP chat_words_total Words.',
      '# TYPE chat_words_total counter',
      String.raw`chat_words_total{room="a \"quoted\"\nroom",language="en"} 2`,
      String.raw`chat_words_total{room="back\\slash",language="de"} +Inf`,
      '# HELP chat_wait_seconds Waits.',
      '# TYPE chat_wait_seconds histogram',
      'chat_wait_seconds_bucket{le="0.5"} 3',
      'chat_wait_seconds_bucket{le="1"} 3',
      'chat_wait_seconds_bucket{le="+Inf"} 5',
      'chat_wait_seconds_sum 12.5',
      'chat_wait_seconds_count 5',
      '',
    ].join('\n'),
  );
});

it('prometheusText() leaves out a metric that does not exist here', () => {
  expect(prometheusText(METRICS, { clients: undefined })).not.toContain('chat_clients');
});

it('metricTable() has a row for each metric', () => {
  expect(metricTable(METRICS.slice(1))).toBe(
    [
      '| metric | type | meaning |',
      '| --- | --- | --- |',
      '| `chat_words_total{room, language}` | counter | Words. |',
      '| `chat_wait_seconds` | histogram | Waits. |',
    ].join('\n'),
  );
});
