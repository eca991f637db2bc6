/**
 * What a build of the sieve may have beyond its lasting interface: shared tables and memory of its own.
 *
 * A row that needs what isn't there says so.
 */
import * as sieve from '@concurrent-primes/sieve';

/** A table of all primes in shared memory. */
export interface PrimeTable {
  readonly buffer: SharedArrayBuffer;
}

/** See the sieve's own documentation of these names. */
export interface SieveExtras {
  readonly PrimeTable: new (buffer?: SharedArrayBuffer) => PrimeTable;
  readonly fillPrimeTable: (table: PrimeTable) => void;
  readonly usePrimeTable: (table: PrimeTable | undefined) => void;
  readonly chunkBuffer: (bytes?: number) => Uint8Array;
  readonly sumInt32BE: (bytes: Uint8Array) => bigint;
}

/** As many of them as there are. */
export const extras: Partial<SieveExtras> = sieve as unknown as Partial<SieveExtras>;

const CHUNK_BYTES = 65_536;

/** Memory for a chunk of 64 KB: the sieve's own if it has some, which saves a copy. */
export function chunkMemory(): Uint8Array {
  return extras.chunkBuffer?.(CHUNK_BYTES) ?? new Uint8Array(CHUNK_BYTES);
}
