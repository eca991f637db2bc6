/**
 * Clients that speak another protocol, or none: they send some bytes, end, and read what arrives.
 *
 * Every 8 bytes are a legal request, so a server must answer garbage like any request. To make the answer predictable,
 * this garbage asks for nothing: every request has a > b, so N is 0.
 */
import { type Outcome, Peer } from '@concurrent-primes/conformance';

const REQUEST_BYTES = 8;
const EXCHANGE_BYTES = 16;
const MAX_BYTES = 80;

/** What a client sends that takes the server for a web server. */
export const HTTP_REQUEST: Uint8Array = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');

/**
 * Random bytes, of which every request has a > b and no sum is right.
 *
 * @param upTo - draws a whole number from 0 to its argument
 */
export function randomGarbage(upTo: (most: number) => number): Uint8Array {
  const bytes = Uint8Array.from({ length: 1 + upTo(MAX_BYTES - 1) }, () => 1 + upTo(254));
  for (let offset = 0; offset < bytes.length; offset += EXCHANGE_BYTES) {
    bytes[offset] = 0x7f; // a is one of the largest integers
    if (offset + 4 < bytes.length) bytes[offset + 4]! &= 0x3f; // b is not
  }
  return bytes;
}

/**
 * How a correct server counts such bytes, followed by the end of the connection.
 *
 * @throws RangeError if they ask for primes
 */
export function outcomesOfGarbage(bytes: Uint8Array): Outcome[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const outcomes: Outcome[] = [];
  for (let offset = 0; offset < bytes.length; offset += EXCHANGE_BYTES) {
    const length = bytes.length - offset;
    if (length >= REQUEST_BYTES && view.getInt32(offset) <= view.getInt32(offset + 4)) {
      throw new RangeError(`cannot predict outcomes: requests must have a > b, got another at byte ${offset}`);
    }
    if (length >= EXCHANGE_BYTES) outcomes.push('wrong-sum');
    else if (length > REQUEST_BYTES) outcomes.push('truncated-sum');
    else if (length === REQUEST_BYTES) outcomes.push('no-sum');
    else outcomes.push(offset === 0 ? 'truncated-request' : 'trailing-garbage');
  }
  return outcomes;
}

/** Sends the bytes, ends, and checks that each request in them is answered by N = 0, and by nothing else. */
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
