/**
 * The WebAssembly kernel as a typed object; the only file that knows WebAssembly.
 *
 * An instance has its own memory of about 2 MB, takes all of it at the start and never grows, so that views on it stay
 * good for ever. Where things lie in it, `assembly/constants.ts` says; addresses are plain numbers here. An instance
 * knows nothing of threads: each thread has one of its own.
 */

/** Where numbers of 32 bits are written: in network byte order, or in that of the host. */
export type ByteOrder = 'big' | 'host';

/** What the kernel does. Segments and offsets in them are those of segment.ts. */
export interface Kernel {
  /** All of its memory. */
  readonly memory: Uint8Array<ArrayBuffer>;
  /** The address of the first slot for a segment; they lie one after the other. */
  readonly slots: number;
  readonly slotCount: number;
  /** The address of the chunk that primes are expanded into, and its size. */
  readonly chunk: number;
  readonly chunkBytes: number;

  /** Sieves `bytes` bytes (a multiple of 32, a segment at most) of the whole bitmap, from byte `firstByte` on. */
  readonly sieve: (firstByte: number, bytes: number, to: number) => void;
  /** The same, without use of what was sieved before: quicker for a few bytes, slower for many. */
  readonly sieveNarrow: (firstByte: number, bytes: number, to: number) => void;
  /** How many bits of the segment at an address are set, from one offset to another (it belongs to them). */
  readonly count: (segment: number, from: number, to: number) => number;
  /** The offset of the n-th set bit from an offset on; there must be so many. */
  readonly select: (segment: number, from: number, n: number) => number;
  /** The sum of the offsets of the set bits. */
  readonly sumOffsets: (segment: number, from: number, to: number) => number;
  /**
   * Writes primes from an address on until `limit` is reached or just passed; returns the end of what was written.
   *
   * @param start - the first number of the segment
   */
  expand(
    segment: number,
    start: number,
    from: number,
    to: number,
    out: number,
    limit: number,
    order: ByteOrder,
  ): number;
  /** Whether a number from 0 to 2^31 - 1 is prime. */
  readonly isPrime: (n: number) => boolean;
  /** The sum of `count` big-endian int32, none negative. */
  readonly sumInt32BE: (at: number, count: number) => bigint;
}

/** A constant exported by the kernel. */
interface Global {
  readonly value: number;
}

/** What `assembly/index.ts` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly SLOTS: Global;
  readonly SLOT_COUNT: Global;
  readonly CHUNK: Global;
  readonly CHUNK_BYTES: Global;
  readonly BIG_ENDIAN_ORDER: Global;
  readonly LITTLE_ENDIAN_ORDER: Global;
  readonly init: () => void;
  readonly sieve: (firstByte: number, bytes: number, to: number) => void;
  readonly sieveNarrow: (firstByte: number, bytes: number, to: number) => void;
  readonly count: (segment: number, from: number, to: number) => number;
  readonly select: (segment: number, from: number, n: number) => number;
  readonly sumOffsets: (segment: number, from: number, to: number) => number;
  expand(segment: number, start: number, from: number, to: number, out: number, limit: number, order: number): number;
  readonly isPrime: (n: number) => number;
  readonly sumInt32BE: (at: number, count: number) => bigint;
}

/** As much of the global as is used here: the types of Node have none of it, and those of the DOM too much. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/**
 * Compiles the kernel and makes its tables, which takes some milliseconds.
 *
 * @param wasm - the bytes of `kernel.wasm`
 * @throws WebAssembly.CompileError where there is no relaxed SIMD: before Node 22, Chrome 114, Firefox 145
 */
export function instantiate(wasm: Uint8Array<ArrayBuffer>): Kernel {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports as Exports;
  exports.init();
  const bigEndian = exports.BIG_ENDIAN_ORDER.value;
  const littleEndian = exports.LITTLE_ENDIAN_ORDER.value;
  return {
    // Only now: taking the memory in init() has detached what was there before.
    memory: new Uint8Array(exports.memory.buffer),
    slots: exports.SLOTS.value,
    slotCount: exports.SLOT_COUNT.value,
    chunk: exports.CHUNK.value,
    chunkBytes: exports.CHUNK_BYTES.value,
    sieve: exports.sieve,
    sieveNarrow: exports.sieveNarrow,
    count: exports.count,
    select: exports.select,
    sumOffsets: exports.sumOffsets,
    expand: (segment, start, from, to, out, limit, order) =>
      exports.expand(segment, start, from, to, out, limit, order === 'big' ? bigEndian : littleEndian),
    isPrime: (n) => exports.isPrime(n) !== 0,
    sumInt32BE: exports.sumInt32BE,
  };
}
