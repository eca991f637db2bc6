/** The values of command line flags: what is taken, and the one line that says why something is not. */
import { InvalidArgumentError } from 'commander';

/** Takes a host by name or number; which of them exist is not known here. */
export function hostName(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must be a host name or a numeric address.');
  return text;
}

/** Takes a whole number in [min, max]. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** The longest time limit: what the operating system's own timeouts can hold, in seconds. */
const MAX_SECONDS = 1_000_000;

/** Takes a time in seconds, with decimals, and gives it in milliseconds. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > MAX_SECONDS) {
    throw new InvalidArgumentError(`It must be a number of seconds, more than 0 and at most ${MAX_SECONDS}.`);
  }
  return value * 1000;
}

/** Takes a time in seconds or 0, and gives it in milliseconds. */
export function secondsOrZero(text: string): number {
  return /^0+(\.0+)?$/.test(text) ? 0 : seconds(text);
}
