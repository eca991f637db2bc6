/**
 * A conversation as a strip: the bytes of the request, the interval, N, the integers, the sum.
 *
 * All integers are shown when they fit; otherwise a window around the next one. Filled is sent, strong left in this step,
 * dashed is next, an outline is to come.
 */
import type { CallState, ClientState, State } from '@concurrent-primes/trace';
import { receivedPart } from './calls.ts';
import { cursorOf, integerText, intervalText, rangeOf, REQUEST_BYTES, SUM_BYTES } from './conversation.ts';
import type { StripPart } from './picture.ts';
import { number } from './words.ts';

type CellLook = Extract<StripPart, { is: 'cell' }>['look'];

/** The most integers that a strip shows one by one. */
const MOST_WHOLE = 14;
/** The most integers of a window. */
const MOST_WINDOW = 6;
/** What a cell needs beside its text, in characters. */
const CELL_EDGE = 1.6;

/**
 * The strip of a client.
 *
 * @param state - the state
 * @param client - one of its clients
 * @param calls - of this step
 * @param room - width of the strip, in characters of the cells' font
 */
export function stripOf(
  state: State,
  client: ClientState,
  calls: readonly CallState[],
  room: number,
): readonly StripPart[] {
  const mine = calls.filter((call) => call.client === client.ordinal);
  const received = mine.find(({ kind, bytes }) => kind === 'recv' && bytes > 0);
  const part = received === undefined ? undefined : receivedPart(client, received, calls);
  if (client.place === 'queue' || client.place === 'hand') {
    return [{ is: 'note', text: 'not served yet: what it sends waits in the kernel' }];
  }
  if (client.stage === 'refused') return [{ is: 'note', text: 'refused: it gets a negative number in place of N' }];
  if (client.stage === 'request') {
    const now = part === 'part of request' ? received!.bytes : 0;
    return [
      { is: 'bytes', got: client.bytesGot, now, of: REQUEST_BYTES },
      { is: 'note', text: `${client.bytesGot} of the ${REQUEST_BYTES} bytes of its request` },
    ];
  }
  const interval: StripPart = cell('interval', intervalText(client), part === 'request' ? 'now-in' : 'sent');
  const integers = integersOf(state, client, mine, room - intervalText(client).length - CELL_EDGE);
  return [interval, ...integers, ...sumOf(client, part, received)];
}

/** A conversation as a number, for rows among many: `1,013 of 9,593 integers`. */
export function countsOf(state: State, client: ClientState): string {
  if (client.place === 'queue' || client.place === 'hand') return 'not served yet';
  if (client.stage === 'request') return `${client.bytesGot} of the ${REQUEST_BYTES} bytes of its request`;
  if (client.stage === 'refused') return 'refused';
  if (client.count === undefined) return `${intervalText(client)}, N is being counted`;
  return `${intervalText(client)}, ${number(cursorOf(state, client))} of ${number(client.count + 1)} integers`;
}

function integersOf(state: State, client: ClientState, mine: readonly CallState[], room: number): StripPart[] {
  const { count } = client;
  if (count === undefined) return [cell('count', 'N ?', 'next')];
  if (client.call?.name === 'send' && client.call.bytes > 4 && state.server.architecture === 'pool') {
    return [
      cell('count', integerText(client, 0), 'pending'),
      { is: 'note', text: 'one send() of all: how far is it?' },
    ];
  }
  const total = count + 1;
  const cursor = Math.min(cursorOf(state, client), total);
  const sent = mine
    .filter(({ kind, bytes }) => kind === 'send' && bytes > 0)
    .map((call) => rangeOf(state, client, call));
  const first = Math.min(cursor, ...sent.map(({ from }) => from));
  const [from, to] = windowOf(client, total, first, cursor, room);
  const look = (position: number): CellLook => {
    if (sent.some((range) => position >= range.from && position < range.to)) return 'now-out';
    if (position < cursor) return 'sent';
    return position === cursor && client.stage === 'answer' ? 'next' : 'pending';
  };
  const cells = Array.from({ length: to - from }, (_, index) => {
    const position = from + index;
    return cell(position === 0 ? 'count' : 'integer', integerText(client, position), look(position));
  });
  const before: StripPart[] = from > 0 ? [{ is: 'note', text: `${number(from)} sent` }] : [];
  const left = total - to;
  const after: StripPart[] =
    left > 0 ? [{ is: 'note', text: cursor >= total ? `${number(left)} more` : `${number(left)} to go` }] : [];
  return [...before, ...cells, ...after];
}

/** The positions to show: all if they fit, otherwise a window that holds the next integer and the one before. */
function windowOf(
  client: ClientState,
  total: number,
  first: number,
  cursor: number,
  room: number,
): [from: number, to: number] {
  const width = (position: number): number => integerText(client, position).length + CELL_EDGE;
  if (total <= MOST_WHOLE) {
    let whole = 0;
    for (let position = 0; position < total; position++) whole += width(position);
    if (whole <= room - 3) return [0, total];
  }
  // The notes on both sides, and the sum.
  const notes = 0.85 * (number(cursor).length + number(total - cursor).length + ' sent to go'.length) + 2.5;
  const widest = width(Math.min(total - 1, cursor + MOST_WINDOW));
  const fits = Math.floor((room - notes - (total <= MOST_WHOLE ? 4 : 0)) / widest);
  const size = Math.min(total, Math.max(2, Math.min(MOST_WINDOW, fits)));
  // What left in this step is in view, and the next one.
  const around = first < cursor ? Math.max(first, cursor - Math.max(1, size - 2)) : cursor - 1;
  const from = Math.min(Math.max(0, around), total - size);
  return [from, from + size];
}

function sumOf(client: ClientState, part: string | undefined, received: CallState | undefined): StripPart[] {
  if (client.stage === 'sum' && client.bytesGot > 0) {
    const now = part === 'part of sum' ? received!.bytes : 0;
    return [
      { is: 'bytes', got: client.bytesGot, now, of: SUM_BYTES },
      { is: 'note', text: 'of its sum' },
    ];
  }
  if (client.stage !== 'sum' && client.stage !== 'done') {
    return client.count === undefined || client.count + 1 > MOST_WHOLE ? [] : [cell('sum', 'Σ', 'pending')];
  }
  const look = part === 'sum' ? 'now-in' : client.stage === 'done' ? 'sent' : 'next';
  return [cell('sum', client.sum === undefined ? 'Σ' : client.sum === 'right' ? 'Σ ✓' : 'Σ wrong', look)];
}

function cell(shape: 'interval' | 'count' | 'integer' | 'sum', text: string, look: CellLook): StripPart {
  return { is: 'cell', shape, text, look };
}
