import { startOf } from '../segment.ts';
import { sieved } from '../segment-cache.ts';
import { threadKernel } from '../thread-kernel.ts';

/** Uses every slot of this thread for something else, so that nothing sieved before is kept. */
export function evictAll(): void {
  for (let i = 0; i < threadKernel().slotCount; i++) sieved(startOf(500 + i), startOf(500 + i) + 29);
}
