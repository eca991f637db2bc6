/** Which moments of the recordings show what a finding says. */
import type { Finding } from '../findings/finding.ts';
import type { Moment, TellingMoments } from './telling-moments.ts';

/** A recorded server, as a report refers to it. */
export interface RecordedPage {
  /** Name of the server in the report. */
  readonly name: string;
  /** Its page, relative to the report. */
  readonly href: string;
  readonly moments: TellingMoments;
}

/** A link to a moment. */
export interface MomentLink {
  readonly href: string;
  readonly text: string;
}

/**
 * The links of a finding: for each server that it names, the moment at which most clients waited for another one, or else
 * the longest turn.
 */
export function linksOf({ title, text }: Finding, pages: readonly RecordedPage[]): MomentLink[] {
  const words = `${title} ${text}`;
  return pages
    .filter(({ name }) => isNamed(name, words))
    .flatMap(({ name, href, moments: { waiting, longestTurn } }) =>
      [waiting, waiting === undefined ? longestTurn : undefined]
        .filter((moment): moment is Moment => moment !== undefined)
        .map((moment) => ({ href: `${href}#step=${moment.step}`, text: `${name}: ${moment.text}` })),
    );
}

/** `pool:5` isn't named by `pool:50`. */
function isNamed(name: string, words: string): boolean {
  const at = words.indexOf(name);
  return at >= 0 && !/[\w:+]/.test(words[at + name.length] ?? '');
}
