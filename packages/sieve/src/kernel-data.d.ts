/** Made at build time by scripts/build-kernel.ts, in `dist`; package.json says where `#kernel-data` is. */
declare module '#kernel-data' {
  /** The bytes of `kernel.wasm`. */
  export const KERNEL_WASM: Uint8Array<ArrayBuffer>;
  /** By segment, and once more for the end of the last: how many primes lie below its first number. */
  export const PRIMES_BELOW_SEGMENT: Uint32Array;
  /** The sum of these primes. */
  export const SUM_BELOW_SEGMENT: BigUint64Array;
}
