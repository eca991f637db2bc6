/**
 * The WebAssembly kernel as a typed object; the only file that uses the WebAssembly API.
 *
 * An instance has its own memory of about 2 MB, which never grows, so views of it stay valid. Its layout is in
 * `assembly/constants.ts`; addresses are numbers here. An instance belongs to one thread.
 */

export type ByteOrder = 'big' | 'host';

type Expand<Order> = (
  ...values: [segment: number, start: number, from: number, to: number, out: number, limit: number, order: Order]
) => number;

/** Functions that the kernel exports with the same signature as in {@link Kernel}. */
interface KernelFunctions {
  /** Sieves a range of the whole bitmap: `firstByte` and `bytes` are multiples of 32, at most a segment. */
  readonly sieve: (firstByte: number, bytes: number, to: number) => void;
  /** The same without the state of earlier calls: faster for few bytes, slower for many. */
  readonly sieveNarrow: (firstByte: number, bytes: number, to: number) => void;
  /** The number of set bits of the segment at an address, from one offset to another, inclusive. */
  readonly count: (segment: number, from: number, to: number) => number;
  /** The offset of the n-th set bit from an offset on; it must exist. */
  readonly select: (segment: number, from: number, n: number) => number;
  /** The sum of the offsets of the set bits. */
  readonly sumOffsets: (segment: number, from: number, to: number) => number;
  /** The sum of `count` big-endian int32, none negative. */
  readonly sumInt32BE: (at: number, count: number) => bigint;
}

/** The kernel. Segments and offsets in them are those of segment.ts. */
export interface Kernel extends KernelFunctions {
  readonly memory: Uint8Array<ArrayBuffer>;
  /** The address of the first slot for a segment; the others follow it. */
  readonly slots: number;
  readonly slotCount: number;
  /** The address and size of the chunk into which primes are expanded. */
  readonly chunk: number;
  readonly chunkBytes: number;

  /**
   * Writes primes from the address `out` on until `limit` is reached or just passed; returns the end of what was
   * written. `start` is the first number of the segment.
   */
  readonly expand: Expand<ByteOrder>;
  /** Whether a number from 0 to 2^31 - 1 is prime. */
  readonly isPrime: (n: number) => boolean;
}

/** A constant exported by the kernel. */
interface Global {
  readonly value: number;
}

/** The exports of `assembly/index.ts`. */
interface Exports extends KernelFunctions {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly SLOTS: Global;
  readonly SLOT_COUNT: Global;
  readonly CHUNK: Global;
  readonly CHUNK_BYTES: Global;
  readonly BIG_ENDIAN_ORDER: Global;
  readonly LITTLE_ENDIAN_ORDER: Global;
  readonly init: () => void;
  readonly expand: Expand<number>;
  readonly isPrime: (n: number) => number;
}

/** The used part of the global: Node's types lack it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/**
 * Compiles the kernel and fills its tables, which takes a few milliseconds.
 *
 * @throws WebAssembly.CompileError without relaxed SIMD: before Node 22, Chrome 114, Firefox 145.
 */
export function instantiate(wasm: Uint8Array<ArrayBuffer>): Kernel {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports as Exports;
  exports.init();
  const bigEndian = exports.BIG_ENDIAN_ORDER.value;
  const littleEndian = exports.LITTLE_ENDIAN_ORDER.value;
  return {
    // After init(), which grows the memory and so detaches earlier views.
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
