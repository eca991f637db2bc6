/**
 * When things happened on one connection, as the client saw them: the picture beside the bytes of a failure.
 *
 * Everything is bounded: bytes that follow each other closely are one happening, and so are all that come once there are
 * many happenings.
 */
import type { ServerCall } from '../watch/strace/connection-calls.ts';

/** Bytes that one side sent, or something else that it did. */
export interface Happening {
  /** Whose it is; `''` for neither. */
  readonly from: 'client' | 'server' | '';
  readonly is: 'connect' | 'bytes' | 'end' | 'other';
  /** When it began, in milliseconds. */
  readonly atMs: number;
  /** When its last bytes came; `atMs` for what isn't bytes. */
  readonly untilMs: number;
  /** Number of bytes; 0 for what isn't bytes. */
  readonly bytes: number;
  /** What it was, such as `connects`; `''` for bytes. */
  readonly what: string;
}

/** The happenings of one connection, in order. */
export interface ConnectionTimeline {
  /** Which client it was; `''` if there was only one. */
  readonly who: string;
  /** Their times count from the first happening of the failure's connections. */
  readonly happenings: readonly Happening[];
  /** When the check was over. */
  readonly untilMs: number;
  /** The server's system calls for it, if they were traced. */
  readonly calls?: readonly ServerCall[];
}

/** Bytes of one side that come within this time of each other are one happening. */
const TOGETHER_MS = 5;
/** With more happenings than this, bytes are added to the last ones of their side. */
const MOST_HAPPENINGS = 100;

/** Notes the happenings of one connection. */
export class Timeline {
  readonly happenings: Happening[] = [];
  readonly #now: () => number;

  /** @param now - a monotonic clock, in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Bytes passed. */
  bytes(from: 'client' | 'server', count: number): void {
    const now = this.#now();
    const last = this.happenings.at(-1);
    const isFull = this.happenings.length >= MOST_HAPPENINGS;
    if (last?.from === from && last.is === 'bytes' && (isFull || now - last.untilMs < TOGETHER_MS)) {
      this.happenings[this.happenings.length - 1] = { ...last, untilMs: now, bytes: last.bytes + count };
    } else this.happenings.push({ from, is: 'bytes', atMs: now, untilMs: now, bytes: count, what: '' });
  }

  /** Something else happened. */
  event(from: Happening['from'], what: string): void {
    const now = this.#now();
    this.happenings.push({ from, is: kindOf(what), atMs: now, untilMs: now, bytes: 0, what });
  }
}

function kindOf(what: string): Happening['is'] {
  if (what === 'connects') return 'connect';
  return /^(closes|ends|resets)\b/.test(what) ? 'end' : 'other';
}

/** Lets the times of several connections count from the first happening of all. */
export function sinceTheFirst(timelines: readonly ConnectionTimeline[]): ConnectionTimeline[] {
  const first = Math.min(...timelines.flatMap(({ happenings }) => happenings.map(({ atMs }) => atMs)));
  return timelines.map(({ who, happenings, untilMs, calls }) => ({
    who,
    happenings: happenings.map((one) => ({ ...one, atMs: one.atMs - first, untilMs: one.untilMs - first })),
    untilMs: untilMs - first,
    ...(calls !== undefined && {
      calls: calls.map((call) => ({
        ...call,
        atMs: Math.max(0, call.atMs - first),
        untilMs: call.untilMs === undefined ? undefined : Math.max(0, call.untilMs - first),
      })),
    }),
  }));
}
