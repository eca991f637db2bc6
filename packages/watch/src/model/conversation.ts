/** The integers of a conversation: which were sent, which is next, and which left in this step. */
import type { CallState, ClientState, State } from '@concurrent-primes/trace';
import { primesOf } from './small-primes.ts';
import { number } from './words.ts';

/** Bytes of an integer, of a request and of a sum. */
const INTEGER_BYTES = 4;
export const REQUEST_BYTES = 8;
export const SUM_BYTES = 8;

/** Integers from one position up to, but without, another one. Position 0 is N. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Bytes before N: a greeting, in the first exchange of a server that greets. */
export function greetingBytes(state: State, client: ClientState): number {
  return state.server.options.greeting === true && client.exchange === 1 ? 1 : 0;
}

/** The position of the first integer that wasn't sent whole. */
export function cursorOf(state: State, client: ClientState): number {
  return positionOf(client.bytesSent - greetingBytes(state, client));
}

function positionOf(bytes: number): number {
  return Math.max(0, Math.floor(bytes / INTEGER_BYTES));
}

/** The integers that a send has completed. */
export function rangeOf(state: State, client: ClientState, { before, bytes }: CallState): Range {
  const greeting = greetingBytes(state, client);
  return { from: positionOf(before - greeting), to: positionOf(before + Math.max(0, bytes) - greeting) };
}

/**
 * The integer at a position as text: `N 10`, `101`, or `#9,593` when it is too large for the page to know.
 *
 * @param position - 0 for N
 */
export function integerText({ count, interval }: ClientState, position: number): string {
  if (position === 0) return count === undefined ? 'N' : `N ${number(count)}`;
  const prime = interval === undefined ? undefined : primesOf(...interval).at(position - 1);
  return prime === undefined ? `#${number(position)}` : number(prime);
}

/** The interval as text: `[2, 100,000]`. */
export function intervalText({ interval }: ClientState): string {
  return interval === undefined ? '[a, b]' : `[${number(interval[0])}, ${number(interval[1])}]`;
}
