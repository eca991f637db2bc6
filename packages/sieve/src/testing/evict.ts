import { startOf } from '../segment.ts';
import { sieved } from '../segment-cache.ts';
import { threadKernel } from '../thread-kernel.ts';

/** Replaces the contents of all slots of this thread. */
export function evictAll(): void {
  for (let i = 0; i < threadKernel().slotCount; i++) sieved(startOf(500 + i), startOf(500 + i) + 29);
}
