/**
 * Peers that speak another protocol, or none: they send some bytes, end, and read what comes.
 *
 * Every 8 bytes are a legal request, so garbage is served like anybody. To foretell how, this garbage asks for nothing:
 * wherever a request is due it has a > b, and N is 0.
 */
import type { Outcome } from '../../packages/fixtures/src/outcomes.ts';
import { Peer } from '../../packages/fixtures/src/peer.ts';

const REQUEST_BYTES = 8;
const EXCHANGE_BYTES = 16;
const MAX_BYTES = 80;

/** What somebody sends who takes the server for a web server. */
export const HTTP_REQUEST: Uint8Array = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');

/**
 * Bytes without meaning, of which every request has a > b and no sum is right.
 *
 * @param random - numbers from 0 to 1, exclusive
 */
export function randomGarbage(random: () => number): Uint8Array {
  const bytes = Uint8Array.from({ length: 1 + Math.floor(random() * MAX_BYTES) }, () => 1 + Math.floor(random() * 255));
  for (let offset = 0; offset < bytes.length; offset += EXCHANGE_BYTES) {
    bytes[offset] = 0x7f; // a is one of the largest integers
    if (offset + 4 < bytes.length) bytes[offset + 4]! &= 0x3f; // b is not
  }
  return bytes;
}

/**
 * How a right server counts such bytes, followed by the end.
 *
 * @throws RangeError where they ask for something.
 */
export function outcomesOfGarbage(bytes: Uint8Array): Outcome[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const outcomes: Outcome[] = [];
  for (let offset = 0; offset < bytes.length; offset += EXCHANGE_BYTES) {
    const length = bytes.length - offset;
    if (length >= REQUEST_BYTES && view.getInt32(offset) <= view.getInt32(offset + 4)) {
      throw new RangeError(`outcomesOfGarbage: requests must have a > b, received another at byte ${offset}`);
    }
    if (length >= EXCHANGE_BYTES) outcomes.push('wrong-sum');
    else if (length > REQUEST_BYTES) outcomes.push('truncated-sum');
    else if (length === REQUEST_BYTES) outcomes.push('no-sum');
    else outcomes.push(offset === 0 ? 'truncated-request' : 'trailing-garbage');
  }
  return outcomes;
}

/** Sends the bytes, ends, and checks that as many answers come as requests were in them: N = 0, and nothing else. */
export async function visitWithGarbage(port: number, bytes: Uint8Array): Promise<void> {
  await using peer = await Peer.connect(port);
  await peer.send(bytes);
  await peer.end();
  const requests = Math.floor((bytes.length + REQUEST_BYTES) / EXCHANGE_BYTES);
  for (let request = 0; request < requests; request += 1) {
    const count = await peer.readCount();
    if (count !== 0) throw new Error(`garbage: expected N = 0 for a > b, got ${count}`);
  }
  const { how, discarded } = await peer.readEnd();
  if (how !== 'end' || discarded > 0) throw new Error(`garbage: expected the end, got ${discarded} bytes and ${how}`);
}
