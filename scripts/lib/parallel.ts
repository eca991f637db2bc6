/** Bounded parallelism. */

/**
 * Maps items with an async function, a few at a time.
 *
 * @param limit - How many calls may be under way at once, at least 1.
 * @returns The results in the order of the items.
 * @throws What the first failing call throws; no further call is started then.
 */
export async function mapParallel<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let failed = false;
  // One iterator for all workers: each takes the next item that nobody has.
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await map(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}
