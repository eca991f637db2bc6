import type { Console } from '@concurrent-primes/harness/terminal';
import { once } from 'node:events';

/** Writes to stdout; resolves when it has room for more. After the reader has left (`interrupt`), it drops the data. */
export async function writeOutput(
  { stdout, interrupt }: Pick<Console, 'stdout' | 'interrupt'>,
  data: string | Uint8Array,
): Promise<void> {
  if (interrupt.aborted || stdout.write(data)) return;
  await once(stdout, 'drain', { signal: interrupt }).catch(() => undefined);
}
