import { TextSink } from '@concurrent-primes/fixtures';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { writeOutput } from './output.ts';
import { BrokenSink } from './testing/broken-sink.ts';

const { signal } = new AbortController();

describe('writeOutput()', () => {
  it('passes text and bytes on', async () => {
    const stdout = new TextSink();
    await writeOutput({ stdout, interrupt: signal }, 'a');
    await writeOutput({ stdout, interrupt: signal }, Uint8Array.of(98));
    expect(stdout.text).toBe('ab');
  });

  it('waits for a slow reader', async () => {
    let read: (() => void) | undefined;
    const stdout = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, callback) {
        read = callback;
      },
    });
    const order: string[] = [];
    const written = writeOutput({ stdout, interrupt: signal }, 'ab').then(() => order.push('written'));
    await Promise.resolve();
    order.push('read');
    read!();
    await written;
    expect(order).toEqual(['read', 'written']);
  });

  it('drops data after the reader has left, without an error', async () => {
    const left = new AbortController();
    const stdout = new TextSink();
    left.abort();
    await writeOutput({ stdout, interrupt: left.signal }, 'b');
    expect(stdout.text).toBe('');
  });

  it.each(['EPIPE', 'ENOSPC'])('ends a wait without an error when the stream fails with %s', async (code) => {
    const left = new AbortController();
    const stdout = new BrokenSink(code).on('error', () => {
      left.abort();
    });
    await writeOutput({ stdout, interrupt: left.signal }, 'a');
    expect(left.signal.aborted).toBe(true);
  });
});
