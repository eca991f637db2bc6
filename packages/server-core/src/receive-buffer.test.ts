import { expect, it } from 'vitest';
import { ReceiveBuffer } from './receive-buffer.ts';

it('first() is a view of so many bytes, of any length up to the whole, again and again', () => {
  const buffer = new ReceiveBuffer(100);
  for (const round of [1, 2]) {
    for (const count of [0, 1, 63, 64, 100]) {
      buffer.bytes.fill(round + count);
      expect(buffer.first(count)).toEqual(new Uint8Array(count).fill(round + count));
    }
  }
});
