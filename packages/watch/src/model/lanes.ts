/** What each client of a server waited for over time: a lane of spans, for comparing two servers. */
import { type ClientState, type State, type WaitingKind, waitingOf } from '@concurrent-primes/trace';

/** How a span is drawn. */
export type LaneLook = 'served' | 'itself' | 'blocks' | 'another' | 'unknown';

/** A time in which a client's standing didn't change, in real microseconds since the server started. */
export interface Span {
  readonly look: LaneLook;
  readonly fromUs: number;
  toUs: number;
}

/** The life of one client, as far as it was seen. */
export interface Lane {
  readonly ordinal: number;
  readonly spans: Span[];
  /** When it came. */
  readonly beganUs: number;
  /** When the kernel took the first bytes for it; undefined before. */
  firstUs: number | undefined;
  /** When it left; undefined before. */
  goneUs: number | undefined;
}

/** Lanes of clients that left longest ago are forgotten beyond this number. */
const MOST_LANES = 200;

/** Gathers lanes from states, which are given in order. */
export class LaneHistory {
  readonly #lanes = new Map<number, Lane>();

  /** All lanes, the client that came first in front. */
  get lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  /** Takes the next state. */
  take(state: State): void {
    for (const client of state.clients.values()) {
      const lane = this.#laneOf(state, client);
      if (lane.goneUs !== undefined) continue;
      if (client.bytesSent > 0) lane.firstUs ??= state.realUs;
      if (client.place === 'gone') lane.goneUs = state.realUs;
      else extend(lane, state, client);
    }
    for (const ordinal of this.#lanes.keys()) {
      if (this.#lanes.size <= MOST_LANES) break;
      this.#lanes.delete(ordinal);
    }
  }

  #laneOf({ realUs, timeUs }: State, { ordinal, acceptedUs, closedUs }: ClientState): Lane {
    const lane = this.#lanes.get(ordinal);
    if (lane !== undefined) return lane;
    // Of a client that came and left between two states, only that is known.
    const beganUs = realUs - (timeUs - acceptedUs);
    const goneUs = closedUs === undefined ? undefined : realUs - (timeUs - closedUs);
    const spans: Span[] = goneUs === undefined ? [] : [{ look: 'served', fromUs: beganUs, toUs: goneUs }];
    const made: Lane = { ordinal, spans, beganUs, firstUs: undefined, goneUs };
    this.#lanes.set(ordinal, made);
    return made;
  }
}

function extend({ spans, beganUs }: Lane, state: State, client: ClientState): void {
  const look = lookOf(waitingOf(state, client).kind, client);
  const last = spans.at(-1);
  if (last?.look === look) last.toUs = state.realUs;
  else {
    const fromUs = last === undefined ? beganUs : last.toUs;
    spans.push({ look, fromUs, toUs: state.realUs });
  }
}

function lookOf(kind: WaitingKind, { place }: ClientState): LaneLook {
  switch (kind) {
    case 'another':
    case 'unknown':
      return kind;
    case 'itself':
      return place === 'thread' ? 'blocks' : 'itself';
    default:
      return 'served';
  }
}

/** Returns a lane as it was at a moment; undefined if the client came later. */
export function laneAt(lane: Lane, realUs: number): Lane | undefined {
  if (lane.beganUs > realUs) return undefined;
  const isPast = (us: number | undefined): number | undefined => (us !== undefined && us <= realUs ? us : undefined);
  return {
    ...lane,
    spans: lane.spans
      .filter(({ fromUs }) => fromUs <= realUs)
      .map((span) => ({ ...span, toUs: Math.min(span.toUs, realUs) })),
    firstUs: isPast(lane.firstUs),
    goneUs: isPast(lane.goneUs),
  };
}
