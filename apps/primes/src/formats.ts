/** How results look: for people, for spreadsheets, for programs. */
import type { JobName } from './jobs.ts';

/** What can be said with `--format`. */
export const FORMATS = ['text', 'csv', 'json', 'int32be'] as const;

/** One of {@link FORMATS}. */
export type Format = (typeof FORMATS)[number];

/** How primes are listed in a format. */
export interface Listing {
  /** The job that writes a piece. */
  readonly job: JobName;
  /** What stands before all primes. */
  readonly head: string;
  /** What stands between two pieces. */
  readonly between: string;
  /** What stands behind all primes. */
  readonly tail: string;
}

/** Lists in each format; none holds more than a piece of the list at a time. */
export const LISTINGS: Readonly<Record<Format, Listing>> = {
  text: { job: 'lines', head: '', between: '', tail: '' },
  csv: { job: 'lines', head: 'prime\n', between: '', tail: '' },
  json: { job: 'list', head: '[', between: ',', tail: ']\n' },
  int32be: { job: 'int32be', head: '', between: '', tail: '' },
};

/**
 * One answer, with what was asked.
 *
 * @param record - by column; a bigint becomes a string in JSON, as it may be past 2^53. The last one is the answer, and
 * is all of the text format
 * @param format - not int32be, which is for lists
 * @returns with its line end
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
