import { expect, it } from 'vitest';
import { ByteBuffer } from './byte-buffer.ts';

it('first() returns a view of the first bytes when called repeatedly with any length', () => {
  const buffer = new ByteBuffer(100);
  for (const round of [1, 2]) {
    for (const count of [0, 1, 63, 64, 65, 64, 100]) {
      buffer.bytes.fill(round + count);
      expect(buffer.first(count)).toEqual(new Uint8Array(count).fill(round + count));
    }
  }
});

it('first() returns a view of all bytes when there are fewer', () => {
  const { bytes } = new ByteBuffer(100);
  expect(new ByteBuffer(bytes).first(200)).toBe(bytes);
});
