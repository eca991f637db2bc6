/** Output formats: for people, spreadsheets and programs. */
import type { JobName } from './jobs.ts';

/** Values of `--format`. */
export const FORMATS = ['text', 'csv', 'json', 'int32be'] as const;

/** One of {@link FORMATS}. */
export type Format = (typeof FORMATS)[number];

/** A list of primes in a format. */
export interface Listing {
  /** Writes a piece. */
  readonly job: JobName;
  readonly head: string;
  /** Text between two pieces. */
  readonly between: string;
  readonly tail: string;
}

/** Lists by format; each is written piece by piece. */
export const LISTINGS: Readonly<Record<Format, Listing>> = {
  text: { job: 'lines', head: '', between: '', tail: '' },
  csv: { job: 'lines', head: 'prime\n', between: '', tail: '' },
  json: { job: 'list', head: '[', between: ',', tail: ']\n' },
  int32be: { job: 'int32be', head: '', between: '', tail: '' },
};

/**
 * Formats one answer with its question, as a line.
 *
 * @param record - Values by column. The last one is the answer, the only value in the text format. A bigint becomes a
 *   string in JSON, because it may exceed 2^53.
 */
export function renderAnswer(
  record: Readonly<Record<string, number | bigint>>,
  format: Exclude<Format, 'int32be'>,
): string {
  const values = Object.values(record);
  switch (format) {
    case 'text':
      return `${values.at(-1)!}\n`;
    case 'csv':
      return `${Object.keys(record).join(',')}\n${values.join(',')}\n`;
    case 'json':
      return `${JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`;
  }
}
