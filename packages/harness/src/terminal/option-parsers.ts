/** Parsers of arguments and options for commander, and the one line that says why a value is refused. */
import { InvalidArgumentError } from 'commander';

/** Makes a parser of whole numbers in [min, max]. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Makes a parser of decimal numbers in [min, max]. */
export function decimalNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

/** The longest time limit: what the timeouts of operating system and timers can hold, in seconds. */
const MAX_SECONDS = 1_000_000;

/** Makes a parser of times in seconds, up to a longest one; it returns milliseconds, rounded up. */
export function secondsUpTo(maxSeconds: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= maxSeconds) return Math.ceil(value * 1000);
    throw new InvalidArgumentError(`It must be a number of seconds, more than 0 and at most ${maxSeconds}.`);
  };
}

/** Takes a time in seconds, above 0, and returns milliseconds. */
export const seconds = secondsUpTo(MAX_SECONDS);

/** Takes a time in seconds, or 0, and returns milliseconds. */
export function secondsOrZero(text: string): number {
  return /^0+(\.0+)?$/.test(text) ? 0 : seconds(text);
}

/** Takes a share as a percentage, such as `10%` or `0.5%`, and returns it from 0 to 1. */
export function percentage(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const value = Number(digits);
  if (value >= 0 && value <= 100) return value / 100;
  throw new InvalidArgumentError('It must be a percentage from 0% to 100%.');
}

export function hostName(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must be a host name or a numeric address.');
  return text;
}

export const port = wholeNumber(1, 65_535);

/** Takes a TCP port to listen on; 0 means any free one. */
export const listeningPort = wholeNumber(0, 65_535);

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Takes `HOST:PORT`; an IPv6 address is in brackets. */
export function hostAndPort(text: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = Number(digits);
  if (host !== undefined && host !== '' && number >= 1 && number <= 65_535) return { host, port: number };
  throw new InvalidArgumentError('It must be HOST:PORT, such as 127.0.0.1:65432 or [::1]:65432.');
}

/** Makes a parser of lists separated by commas, of some choices or of anything but the empty text. */
export function listOf(choices?: readonly string[]): (text: string) => string[] {
  return (text) => {
    const items = text.split(',');
    const isFine = (item: string): boolean => (choices === undefined ? item !== '' : choices.includes(item));
    if (items.every(isFine)) return items;
    const allowed = choices === undefined ? 'names' : `some of ${choices.join(', ')}`;
    throw new InvalidArgumentError(`It must be ${allowed}, separated by commas.`);
  };
}

/** Makes a parser of an option that may be repeated, whose default is `[]`. */
export function repeated<T>(parse: (text: string) => T): (text: string, before: readonly T[]) => T[] {
  return (text, before) => [...before, parse(text)];
}

/** Makes a parser whose errors, other than commander's own, refuse the value with their message. */
export function toOptionParser<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof InvalidArgumentError) throw error;
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}
