/**
 * The tokens of the address limit of the clients in the queue, by descriptor: only the accept thread knows the address of
 * each client, and the thread that serves the client gives the token back.
 *
 *     SharedArrayBuffer of int32
 *     [d] token of the client whose socket has descriptor d.   Written by the accept thread before it puts the client into
 *                                                              the queue, read by the thread that takes it.
 */
import { UNCOUNTED } from '@concurrent-primes/server-core';
import { descriptorLimit } from '@concurrent-primes/sockets';

/** More descriptors than this get no token, and are not counted: a table for them would take much memory. */
const MOST = 2 ** 20;

/** Allocates the table for all descriptors that the process may have. */
export function allocateAddressTokens(): SharedArrayBuffer {
  return new SharedArrayBuffer(Math.min(descriptorLimit(), MOST) * Int32Array.BYTES_PER_ELEMENT);
}

/** One thread's view of the tokens. */
export class AddressTokens {
  readonly #words: Int32Array;

  /** @param memory - what {@link allocateAddressTokens} returned */
  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  /** Whether there is room for the token of a descriptor. */
  has(descriptor: number): boolean {
    return descriptor < this.#words.length;
  }

  /** Keeps the token of a client that is put into the queue; {@link AddressTokens.has} must be true. */
  keep(descriptor: number, token: number): void {
    Atomics.store(this.#words, descriptor, token);
  }

  /** Returns the token of a client that was taken from the queue. */
  of(descriptor: number): number {
    return this.has(descriptor) ? Atomics.load(this.#words, descriptor) : UNCOUNTED;
  }
}
