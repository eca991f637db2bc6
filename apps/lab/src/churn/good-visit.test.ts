import type { Interval } from '@concurrent-primes/conformance';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { visitAndVerify } from './good-visit.ts';
import { ReferenceAnswers } from './reference-answers.ts';

const reference = new ReferenceAnswers(1000);
const INTERVALS: readonly Interval[] = [
  [100, 200],
  [24, 28],
  [0, 50],
];
const ANSWERS = INTERVALS.map((interval) => reference.answer(interval));

/** Starts a server that sends one answer after another, each when 8 bytes have come for it, and records what it receives. */
async function startServer(answers: readonly Uint8Array[], heard: number[] = []): Promise<number> {
  const server = createServer((socket: Socket) => {
    let sent = 0;
    let bytes = 0;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard.push(...chunk);
      bytes += chunk.length;
      for (; sent < answers.length && bytes >= 8 + 16 * sent; sent += 1) socket.write(answers[sent]!);
      if (sent === answers.length && answers.length < INTERVALS.length) socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function visit(port: number, gapMs?: number): Promise<void> {
  return visitAndVerify(
    port,
    { intervals: INTERVALS, localAddress: '127.0.0.1', ...(gapMs === undefined ? {} : { gapMs }) },
    reference,
  );
}

describe('visitAndVerify()', () => {
  it.for([undefined, 0])('asks for each interval, and sends each sum, with a gap of %s ms', async (gapMs) => {
    const heard: number[] = [];
    await visit(
      await startServer(
        ANSWERS.map(({ bytes }) => bytes),
        heard,
      ),
      gapMs,
    );
    const sums = [8, 24, 40].map((offset) => heard.slice(offset, offset + 8));
    expect(heard).toHaveLength(48);
    expect(sums).toEqual(ANSWERS.map(({ sum }) => [...sum]));
  });

  it('rejects when one bit is wrong', async () => {
    const [first, second, third] = ANSWERS.map(({ bytes }) => Uint8Array.from(bytes)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    third[third.length - 1]! ^= 1;
    await expect(visit(await startServer([first, second, third]))).rejects.toThrow(
      'a good client at byte 0 of the answer to [0, 50]: expected 64 right bytes, got 64 bytes of which some are wrong',
    );
  });

  it('rejects when it receives more than it asked for', async () => {
    const [first, second, third] = ANSWERS.map(({ bytes }) => bytes) as [Uint8Array, Uint8Array, Uint8Array];
    const port = await startServer([first, Buffer.concat([second, Uint8Array.of(0)]), third]);
    await expect(visit(port)).rejects.toThrow(/of the answer to \[24, 28\]: .* wrong or too many$/);
  });

  it('rejects when the connection ends before the answer does', async () => {
    const port = await startServer([ANSWERS[0]!.bytes.subarray(0, 40)]);
    await expect(visit(port)).rejects.toThrow(
      'a good client at byte 40 of the answer to [100, 200]: expected 88 right bytes, got the end of the connection',
    );
  });

  it('rejects when no server listens', async () => {
    await expect(visit(1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
