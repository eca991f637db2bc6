/** A thread that blocks in a system call, for tests that wake it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const INDEX = new URL('../index.ts', import.meta.url).href;

/**
 * Starts a worker that adopts a descriptor and makes one blocking call on it.
 *
 * Resolves when the call is the worker's next statement, so a test must pass whether the call or the wake comes first.
 *
 * @param owner - The class that adopts the descriptor.
 * @param call - An expression that uses the object `owned`; `outcome` is its result, or the `code` of its error.
 */
export async function blockThread(
  owner: 'Socket' | 'ListeningSocket',
  descriptor: number,
  call: string,
): Promise<{ readonly outcome: Promise<unknown> }> {
  const source = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(INDEX)}).then(({ ${owner} }) => {
      const owned = ${owner}.adopt(${descriptor});
      parentPort.postMessage('about to block');
      let outcome;
      try { outcome = (${call}); } catch (error) { outcome = error.code; }
      owned.release();
      parentPort.postMessage({ outcome });
    });
  `;
  const worker = new Worker(source, { eval: true });
  await once(worker, 'message');
  const outcome = once(worker, 'message').then(([message]: { outcome: unknown }[]) => message!.outcome);
  return { outcome };
}
