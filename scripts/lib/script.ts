/** What scripts of several steps share. */
import { Readable } from 'node:stream';

/** Does one step and prints how long it took; prints nothing when it fails. */
export async function step<T>(name: string, action: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const result = await action();
  console.log(`${name.padEnd(14)} ${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s`);
  return result;
}

/** Runs a script's main function. Prints an error's message, and exits with 1. */
export async function runScript(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    // Not only exitCode: a server that still runs would keep this process alive. It is killed at exit.
    process.exit(1);
  }
}

/**
 * Maps items with an async function, two at a time.
 *
 * @returns the results in the order of the items
 * @throws what the first failing call throws; no further call is started then
 */
export async function mapConcurrently<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  return (await Readable.from(items).map(map, { concurrency: 2 }).toArray()) as R[];
}
