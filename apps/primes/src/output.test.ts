import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Output } from './output.ts';
import { BrokenSink, Sink } from './testing/streams.ts';

describe('Output', () => {
  it('write() passes text and bytes on', async () => {
    const sink = new Sink();
    const output = new Output(sink);
    await output.write('a');
    await output.write(Uint8Array.of(98));
    expect(sink.text).toBe('ab');
    expect(output.isClosed).toBe(false);
  });

  it('write() waits for a slow reader', async () => {
    let read: (() => void) | undefined;
    const slow = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, callback) {
        read = callback;
      },
    });
    const order: string[] = [];
    const written = new Output(slow).write('ab').then(() => order.push('written'));
    await Promise.resolve();
    order.push('read');
    read!();
    await written;
    expect(order).toEqual(['read', 'written']);
  });

  it('write() drops what comes after the reader has left, without an error', async () => {
    const output = new Output(new BrokenSink('EPIPE'));
    await output.write('a');
    expect(output.isClosed).toBe(true);
    await output.write('b');
  });

  it('write() throws any other error of the stream', async () => {
    const output = new Output(new BrokenSink('ENOSPC'));
    await expect(output.write('a')).rejects.toThrow('write ENOSPC');
    await expect(output.write('b')).rejects.toThrow('write ENOSPC');
  });
});
