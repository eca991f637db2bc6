/** Progress of a script with several steps: a line for each, with its time. */

/** Does one step and prints how long it took; prints nothing when it fails. */
export async function step<T>(name: string, action: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const result = await action();
  console.log(`${name.padEnd(14)} ${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s`);
  return result;
}
