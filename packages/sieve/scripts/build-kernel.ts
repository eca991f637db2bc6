/**
 * Builds the kernel, and the counts and sums at segment borders.
 *
 * 1. The AssemblyScript compiler makes `dist/kernel.wasm` from `assembly/`.
 * 2. That kernel sieves all segments once, for the number and the sum of the primes below each border.
 * 3. `dist/kernel-data.js` holds all of it as text. It is imported as `../dist/kernel-data.js`, a path that is right from
 *    `src` and from `dist`. So the package reads no file and makes no request, and loads synchronously in Node, workers,
 *    browsers and bundles; decoding the 55 KB takes less than 1 ms. Browsers compile modules of this size synchronously
 *    even on their main thread (Chrome: up to 8 MB).
 */
import asc from 'assemblyscript/asc';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { instantiate, type Kernel } from '../src/kernel.ts';
import { SEGMENT_BYTES, SEGMENT_COUNT, SEGMENT_SPAN, startOf, WHEEL_PRIMES } from '../src/segment.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

mkdirSync(`${PACKAGE}dist`, { recursive: true });
await compile();
const wasm = new Uint8Array(readFileSync(`${PACKAGE}dist/kernel.wasm`));
const borders = passAllSegments(instantiate(wasm));
writeFileSync(`${PACKAGE}dist/kernel-data.js`, moduleText());
writeFileSync(`${PACKAGE}dist/kernel-data.d.ts`, moduleTypes());

async function compile(): Promise<void> {
  const stderr = asc.createMemoryStream();
  const compilerArguments = [
    'assembly/index.ts',
    ...['--baseDir', PACKAGE, '--outFile', 'dist/kernel.wasm', '--textFile', 'dist/kernel.wat'],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd,bulk-memory,relaxed-simd'],
    '--pedantic',
  ];
  const { error } = await asc.main(compilerArguments, { stderr });
  const messages = stderr.toString();
  if (error !== null) throw new Error(`cannot compile the kernel: ${error.message}\n${messages}`);
  if (messages !== '') process.stderr.write(messages);
}

/** The number and sum of the primes below each segment, and below the end of the last one. */
function passAllSegments(kernel: Kernel): { counts: Uint32Array<ArrayBuffer>; sums: BigUint64Array<ArrayBuffer> } {
  const counts = new Uint32Array(SEGMENT_COUNT + 1);
  const sums = new BigUint64Array(SEGMENT_COUNT + 1);
  let [count, sum] = [WHEEL_PRIMES.length, BigInt(WHEEL_PRIMES.reduce((total, prime) => total + prime, 0))];
  for (let index = 0; index < SEGMENT_COUNT; index++) {
    kernel.sieve(index * SEGMENT_BYTES, SEGMENT_BYTES, kernel.slots);
    const inSegment = kernel.count(kernel.slots, 0, SEGMENT_SPAN - 1);
    count += inSegment;
    sum += BigInt(inSegment) * BigInt(startOf(index)) + BigInt(kernel.sumOffsets(kernel.slots, 0, SEGMENT_SPAN - 1));
    counts[index + 1] = count;
    sums[index + 1] = sum;
  }
  return { counts, sums };
}

function moduleText(): string {
  return `// Made by scripts/build-kernel.ts.
function decode(base64) {
  // Native code where there is some, because nothing else can start before this.
  if (typeof Buffer === 'function') return new Uint8Array(Buffer.from(base64, 'base64'));
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
export const KERNEL_WASM = decode('${base64(wasm)}');
export const PRIMES_BELOW_SEGMENT = new Uint32Array(decode('${base64(borders.counts)}').buffer);
export const SUM_BELOW_SEGMENT = new BigUint64Array(decode('${base64(borders.sums)}').buffer);
`;
}

function moduleTypes(): string {
  return `/** The bytes of kernel.wasm. */
export declare const KERNEL_WASM: Uint8Array<ArrayBuffer>;
/** The number of primes below each segment, and below the end of the last one. */
export declare const PRIMES_BELOW_SEGMENT: Uint32Array;
/** The sum of these primes. */
export declare const SUM_BELOW_SEGMENT: BigUint64Array;
`;
}

function base64(data: Uint8Array | Uint32Array | BigUint64Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
