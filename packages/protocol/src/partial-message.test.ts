import { describe, expect, it } from 'vitest';

import { PartialMessage } from './partial-message.ts';

const BYTES = Uint8Array.of(1, 2, 3, 4, 5, 6);

describe('PartialMessage', () => {
  it('take() takes the whole message when it arrives at once', () => {
    const message = new PartialMessage(6);
    expect(message.take(BYTES)).toBe(6);
    expect([...message.finish()]).toEqual([...BYTES]);
  });

  it('take() counts the missing bytes when they arrive one by one', () => {
    const message = new PartialMessage(6);
    const missing = [...BYTES].map((byte) => {
      expect(message.take(Uint8Array.of(byte))).toBe(1);
      return message.missing;
    });
    expect(missing).toEqual([5, 4, 3, 2, 1, 0]);
    expect([...message.finish()]).toEqual([...BYTES]);
  });

  it('take() leaves the bytes of the next message', () => {
    const message = new PartialMessage(4);
    const taken = message.take(BYTES);
    expect(taken).toBe(4);
    expect([...message.finish()]).toEqual([1, 2, 3, 4]);
    expect(message.take(BYTES, taken)).toBe(2);
    expect(message.length).toBe(2);
  });

  it('finish() throws when a byte is missing', () => {
    const message = new PartialMessage(7);
    message.take(BYTES);
    expect(() => message.finish()).toThrow('cannot finish a message: needs ');
  });
});
