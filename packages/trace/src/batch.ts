/** Events in order, with whole times. */
import {
  EVENTS,
  EVENT_WORDS,
  type EventKind,
  KINDS,
  type TraceEvent,
  codeOf,
  eventHead,
  eventName,
  threadOf,
} from './events.ts';

/** Some events in the order in which they are folded. All times are within half an hour of `baseUs`. */
export interface EventBatch {
  /** Microseconds since the server started; gives the high bits of the events' times. */
  readonly baseUs: number;
  /** {@link EVENT_WORDS} words for each event. */
  readonly words: Int32Array;
}

/** Number of events in a batch. */
export function eventCount({ words }: EventBatch): number {
  return words.length / EVENT_WORDS;
}

/** Number of events in a batch without those of snapshots, which come because somebody watches. */
export function actCount({ words }: EventBatch): number {
  let acts = 0;
  for (let at = 1; at < words.length; at += EVENT_WORDS) {
    const kind = codeOf(words[at]!);
    if (kind < KINDS.SNAP_BEGIN || kind > KINDS.SNAP_END) acts += 1;
  }
  return acts;
}

/** Returns the whole time of an event. */
export function wholeTimeUs(baseUs: number, lowUs: number): number {
  // The difference of the low words is right as a signed number.
  return baseUs + ((lowUs - (baseUs | 0)) | 0);
}

/** Decodes the events of a batch; those of an unknown kind are left out. */
export function decodeEvents({ baseUs, words }: EventBatch): TraceEvent[] {
  const events: TraceEvent[] = [];
  for (let at = 0; at < words.length; at += EVENT_WORDS) {
    const head = words[at + 1]!;
    const name = eventName(codeOf(head));
    if (name === undefined) continue;
    const { a, b }: EventKind = EVENTS[name];
    events.push({
      name,
      timeUs: wholeTimeUs(baseUs, words[at]!),
      thread: threadOf(head),
      slot: head >>> 16,
      a: a?.signed === true ? words[at + 2]! : words[at + 2]! >>> 0,
      b: b?.signed === true ? words[at + 3]! : words[at + 3]! >>> 0,
    });
  }
  return events;
}

/**
 * Encodes events; the opposite of {@link decodeEvents}.
 *
 * @param events - the events, in order
 * @param baseUs - base of the batch; default: the time of the first event
 */
export function encodeEvents(events: readonly TraceEvent[], baseUs = Math.floor(events[0]?.timeUs ?? 0)): EventBatch {
  const words = new Int32Array(events.length * EVENT_WORDS);
  events.forEach(({ name, timeUs, thread, slot, a, b }, index) => {
    words.set([timeUs | 0, eventHead(EVENTS[name].code, thread, slot), a | 0, b | 0], index * EVENT_WORDS);
  });
  return { baseUs, words };
}
