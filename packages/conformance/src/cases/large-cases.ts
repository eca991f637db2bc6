/** Answers that no buffer holds: read as a stream and compared part by part, because they would fill our memory too. */
import { aboutTopic, type CaseContext } from '../case.ts';
import { CaseFailure } from '../case-failure.ts';
import { COUNT_BYTES, type Interval, PRIME_BYTES, readInt32 } from '../prime-wire.ts';
import { LARGER_THAN_BUFFERS, MAX_INT32, sendRequest, sendSum } from '../steps.ts';

/** All primes of int32: 420 MB. */
const FULL: Interval = [0, MAX_INT32];

async function exchangeLong(context: CaseContext, interval: Interval): Promise<void> {
  const peer = await context.connect();
  const { timeoutMs } = peer;
  await sendRequest(context, peer, interval);
  const count = context.oracle.count(interval);
  const head = await peer.receive(COUNT_BYTES);
  if (head.stop !== 'enough' || readInt32(head.bytes) !== count) {
    throw new CaseFailure({ kind: 'long-count', interval, count, ...head, timeoutMs }, peer);
  }
  let bytesRead = COUNT_BYTES;
  for await (const expected of context.oracle.bytes(interval)) {
    const { bytes, stop } = await peer.receive(expected.length);
    const at = Buffer.from(expected.buffer, expected.byteOffset, expected.length).equals(bytes)
      ? -1
      : bytes.findIndex((byte, index) => byte !== expected[index]);
    if (at >= 0) {
      const start = at - (at % PRIME_BYTES);
      const index = (bytesRead - COUNT_BYTES + start) / PRIME_BYTES;
      const [right, got] = [expected, bytes].map((from) => readInt32(from, start)) as [number, number];
      throw new CaseFailure({ kind: 'long-wrong', interval, index, expected: right, got }, peer);
    }
    bytesRead += bytes.length;
    if (bytes.length < expected.length) {
      throw new CaseFailure({ kind: 'long-cut-short', interval, count, bytesRead, stop, timeoutMs }, peer);
    }
  }
  await sendSum(context, peer, interval);
}

/** Cases about large answers, without misbehaving clients. */
export const LARGE_CASES = aboutTopic('large', [
  {
    name: 'larger-than-buffers',
    title: 'sends 1270603 primes, more than buffers hold',
    widest: LARGER_THAN_BUFFERS,
    timeFactor: 2,
    run: (context) => exchangeLong(context, LARGER_THAN_BUFFERS),
  },
  {
    name: 'full',
    title: 'sends all primes of int32, 420 MB',
    needs: ['larger-than-buffers'],
    widest: FULL,
    isHuge: true,
    timeFactor: 10,
    run: (context) => exchangeLong(context, FULL),
  },
]);
