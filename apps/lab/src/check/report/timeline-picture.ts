/**
 * The picture of a conversation: two rows, the client's and the server's, with a mark for each thing that happened.
 *
 * Time runs to the right. A pause is drawn as long as its logarithm, because a silence of seconds would leave no room for
 * the milliseconds before it; so the real times are written below the marks.
 */
import { formatDuration } from '@concurrent-primes/harness/terminal';
import { html, type Markup } from '../../compare/report/markup.ts';
import type { ServerCall } from '../../watch/strace/connection-calls.ts';
import type { ConnectionTimeline, Happening } from '../timeline.ts';
import { plural } from '../words.ts';
import { CALL_SIGNS, signOf } from './conversation-picture.ts';

/** Percent of the width: margins, and what two times need beside each other. */
const [FIRST_X, LAST_X] = [6, 93];
const LABEL_WIDTH = 15;
/** Rows, from above, in pixels. */
const ROWS = { client: 34, '': 56, server: 78 } as const;
const HEIGHT = 122;
const CALLS_HEIGHT = 30;
/** Width of a call that returned at once, in percent. */
const LEAST_BAR = 0.3;
/** Longer lists of happenings are cut. */
const MOST_LINES = 30;

/** Draws the timelines of a failure's connections, one below the other on one scale, and says the same in words. */
export function timelinePictures(timelines: readonly ConnectionTimeline[]): Markup[] {
  const scale = scaleOf(timelines);
  return timelines.map((timeline) => pictureOf(timeline, scale));
}

/** Where a time stands, in percent of the width. */
type Scale = (timeMs: number) => number;

function pictureOf({ who, happenings, untilMs, calls }: ConnectionTimeline, scale: Scale): Markup {
  const shown = happenings.slice(0, MOST_LINES);
  return html`<figure class="timeline">
    ${who === '' ? undefined : html`<figcaption>${who}</figcaption>`}
    <svg
      height="${HEIGHT}"
      role="img"
      aria-label="${`timeline of ${plural(happenings.length, 'happening')}; the list below says the same`}"
    >
      ${(['client', 'server'] as const).map(
        (side) =>
          html`<text class="side" x="0" y="${side === 'client' ? ROWS.client - 16 : ROWS.server + 24}">${side}</text>
            <line class="row" x1="0" x2="100%" y1="${ROWS[side]}" y2="${ROWS[side]}" />`,
      )}
      ${happenings.map((one) => markOf(one, scale))}
      ${labelsOf([...happenings.map(({ atMs }) => atMs), untilMs], scale).map(
        ({ x, text }) => html`<text class="time" x="${percent(x)}" y="${HEIGHT - 4}">${text}</text>`,
      )}
    </svg>
    <ol>
      ${shown.map(
        (one) => html`<li class="${one.from}"><b>${formatDuration(one.atMs)}</b> <span>${sentenceOf(one)}</span></li>`,
      )}
    </ol>
    ${calls === undefined ? undefined : callsOf(calls, untilMs, scale)}
    ${shown.length === happenings.length ? undefined : html`<p>${happenings.length - shown.length} more are left out.</p>`}
  </figure>`;
}

/** The server's system calls: a bar for each, as long as it has not returned, and the same in words. */
function callsOf(calls: readonly ServerCall[], untilMs: number, scale: Scale): Markup {
  return html`<h4>The server’s system calls for this client</h4>
    <svg
      class="calls"
      height="${CALLS_HEIGHT}"
      role="img"
      aria-label="${`${plural(calls.length, 'system call')}; the list below says the same`}"
    >
      ${calls.map(({ is, atMs, untilMs: end = untilMs, text }) => {
        const [from, to] = [scale(Math.min(atMs, untilMs)), scale(Math.min(end, untilMs))];
        return html`<g class="server">
          <title>${text}</title>
          <rect x="${percent(from)}" width="${percent(Math.max(LEAST_BAR, to - from))}" y="18" height="8" />
          <text class="mark" x="${percent(from)}" y="14">${CALL_SIGNS[is]}</text>
        </g>`;
      })}
    </svg>
    ${
      calls.length === 0
        ? html`<p>None: the server has not accepted it.</p>`
        : html`<ol>
            ${calls
              .slice(-MOST_LINES)
              .map(
                ({ atMs, text }) => html`<li class="server"><b>${formatDuration(atMs)}</b> <code>${text}</code></li>`,
              )}
          </ol>`
    }`;
}

function scaleOf(timelines: readonly ConnectionTimeline[]): Scale {
  const all = timelines.flatMap(({ happenings, untilMs, calls = [] }) => [
    ...happenings.flatMap((one) => [one.atMs, one.untilMs]),
    ...calls.flatMap(({ atMs, untilMs: end = untilMs }) => [atMs, end].map((time) => Math.min(time, untilMs))),
    untilMs,
  ]);
  const units = new Map<number, number>();
  let sum = 0;
  let beforeMs: number | undefined;
  for (const time of new Set(all.toSorted((one, other) => one - other))) {
    // Two times that differ have two places.
    if (beforeMs !== undefined) sum += 1 + Math.log2(1 + time - beforeMs);
    units.set(time, sum);
    beforeMs = time;
  }
  const unit = (LAST_X - FIRST_X) / Math.max(sum, 1);
  return (time) => FIRST_X + units.get(time)! * unit;
}

function markOf(happening: Happening, scale: Scale): Markup {
  const { from, atMs, untilMs } = happening;
  const y = ROWS[from];
  const [begin, end] = [scale(atMs), scale(untilMs)];
  const span =
    end > begin
      ? html`<rect x="${percent(begin)}" width="${percent(end - begin)}" y="${y - 4}" height="8" />`
      : undefined;
  return html`<g class="${from}">
    <title>${sentenceOf(happening)}</title>
    ${span}<text class="mark" x="${percent(begin)}" y="${y + 6}">${signOf(happening) ?? '?'}</text>
  </g>`;
}

function sentenceOf({ from, bytes, what, atMs, untilMs }: Happening): string {
  const during = untilMs - atMs >= 1 ? `, within ${formatDuration(untilMs - atMs)}` : '';
  const text = bytes === 0 ? what : `sends ${plural(bytes, 'byte')}${during}`;
  return from === '' ? text : `${from}: ${text}`;
}

/** Times that have room beside each other; the last one always has. */
function labelsOf(timesMs: readonly number[], scale: Scale): { readonly x: number; readonly text: string }[] {
  const labels = timesMs.map((time) => ({ x: scale(time), text: formatDuration(time) }));
  const last = labels.at(-1)!;
  let next = 0;
  return labels.filter((label) => {
    if (label !== last && (label.x < next || label.x > last.x - LABEL_WIDTH)) return false;
    next = label.x + LABEL_WIDTH;
    return true;
  });
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}
