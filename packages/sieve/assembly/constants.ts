/**
 * The kernel's constants: tuned values with their measurements, and the memory layout.
 *
 * "Xeon" is a 3.0 GHz Golden Cove (L1d 48 KB, L2 2 MB), "EPYC" a Zen 5 (L1d 48 KB, L2 1 MB); Node 24, V8 13.6, one
 * thread, all primes below 2^31. ALGORITHMS.md tells how they were measured.
 */

/** Numbers in one byte of the bitmap, 2 · 3 · 5. */
export const WHEEL: i32 = 30;

/**
 * Bytes sieved at a time: a segment of the bitmap.
 *
 * Trade-off: each block costs a loop entry and a mispredicted exit per prime, so larger is better until the block and
 * the tables exceed the first-level cache. Xeon: 16 KiB +5 %, 24 KiB +1 %, 40 KiB +8 %, 48 KiB
 * +14 %, 64 KiB +53 %.
 * Precondition: a multiple of 32, the step of the presieve.
 */
export const BLOCK_BYTES: i32 = 32_768;

/**
 * The most bytes for which large primes are crossed off at a time: two blocks.
 *
 * Trade-off: a large prime hits a block only a few times, so its loop entry is expensive; but its writes miss the
 * first-level cache when the window exceeds that. Xeon: 32 KiB +5 %, 96 KiB +6 %, 128 KiB +13 %. EPYC: 96 and
 * 128 KiB -2 %.
 */
export const WINDOW_BYTES: i32 = 2 * BLOCK_BYTES;

/**
 * The least prime that is crossed off window by window instead of block by block.
 *
 * Xeon: 8192 to 16384 are equal within 1 %. EPYC: so are 9000 and 12288.
 */
export const LEAST_LARGE_PRIME: i32 = 12_288;

/**
 * Primes below it are crossed off in super-rounds that leave out the multiples of 7 (crossing-off.ts): one seventh fewer
 * writes, but they begin up to 7 p bytes before the block and end up to 7 p bytes after it.
 *
 * Xeon, small primes only: never 101 ms, up to 1024 94 ms, 2048 92 ms, 4096 90 ms. EPYC: 6144 is equal within 1 %.
 * Precondition: 7 times this fits into OVERHANG_BYTES.
 */
export const SUPER_ROUND_LIMIT: i32 = 4096;

/**
 * The greatest prime whose multiples come from the tables of presieve.ts.
 *
 * Trade-off: each table costs one more load per 16 bytes, and later tables save fewer crossings. Xeon: up to 100 185 ms, 127
 * 183 ms, 163 174 ms, 199 176 ms, 256 178 ms.
 */
export const LAST_PRESIEVED_PRIME: i32 = 163;

/**
 * Upper bound of sieving primes: the root of the end of the last block, 2185 · 983,040 = 46,345.9…^2. Also the most
 * bytes by which a round can reach past the bytes being sieved.
 */
export const ROOT: i32 = 46_345;

/** Room for parts of rounds before and after the window: at least ROOT and 7 · SUPER_ROUND_LIMIT. */
export const OVERHANG_BYTES: i32 = 46_592;

/** The memory layout, in order of addresses. Addresses below 1024 belong to the compiler. */
const MEMORY_BEGIN: usize = 1024;

// ---- Tables, filled once by init() ----

/** By residue: a byte with all bits except this residue's; all bits if it has none. */
export const CLEAR_MASKS: usize = MEMORY_BEGIN;
/** By residue: the bits of this residue and the greater ones. */
export const FROM_MASKS: usize = CLEAR_MASKS + 32;
/** By residue: the bits of this residue and the lesser ones. */
export const UP_TO_MASKS: usize = FROM_MASKS + 32;
/** By byte of a bitmap: the sum of the residues whose bits are set. */
export const RESIDUE_SUMS: usize = UP_TO_MASKS + 32;
/** By bit of a 64-bit word of the bitmap: its offset from the word's first number. */
export const BIT_OFFSETS: usize = RESIDUE_SUMS + 256;
/** Vectors that the expansion loads (expansion.ts). */
export const BIG_ENDIAN_ORDER: usize = BIT_OFFSETS + 64;
export const LITTLE_ENDIAN_ORDER: usize = BIG_ENDIAN_ORDER + 16;
export const WORD_STEP: usize = LITTLE_ENDIAN_ORDER + 16;
/** One word of bitmap, cut at the end of an interval. */
export const CUT_WORD: usize = WORD_STEP + 16;
/** The correct first 8 bytes of the bitmap, to restore primes below 210, which cross themselves off. */
export const FIRST_WORD: usize = CUT_WORD + 16;
/** By residue class: number of records; of those active, in super-rounds, and below LEAST_LARGE_PRIME. */
export const RECORD_COUNTS: usize = FIRST_WORD + 16;
export const ACTIVE_COUNTS: usize = RECORD_COUNTS + 32;
export const SUPER_COUNTS: usize = ACTIVE_COUNTS + 32;
export const SMALL_COUNTS: usize = SUPER_COUNTS + 32;
/** By table of the presieve: address and period, two u32. */
export const PRESIEVE_TABLES: usize = 4096;

/** The sieving primes as u32, ascending, without the presieved ones; an even number of slots. */
export const SIEVING_PRIMES: usize = 8192;
const SIEVING_PRIMES_BYTES: usize = 20_480;

/** By residue class: records of q (u32) and position (i32). The fullest class has 611. */
export const RECORD_BYTES: usize = 8;
export const CLASS_BYTES: usize = 640 * RECORD_BYTES;
export const RECORDS: usize = SIEVING_PRIMES + SIEVING_PRIMES_BYTES;

/** Room for the tables of the presieve, about 124 KB. */
export const PRESIEVE: usize = RECORDS + 8 * CLASS_BYTES;
const PRESIEVE_BYTES: usize = 131_072;

/** By 16 bits of bitmap: the offsets of the first eight set bits, a byte each. */
export const EXPANSION: usize = PRESIEVE + PRESIEVE_BYTES;
const EXPANSION_BYTES: usize = 65_536 * 8;

// ---- Sieving ----

/** The window, between its two overhangs. */
export const WINDOW: usize = EXPANSION + EXPANSION_BYTES + (OVERHANG_BYTES as usize);

// ---- For callers ----

/** Segments that the caller keeps (segment-cache.ts): SLOT_COUNT times BLOCK_BYTES. */
export const SLOTS: usize = WINDOW + ((WINDOW_BYTES + OVERHANG_BYTES) as usize);
export const SLOT_COUNT: i32 = 16;

/**
 * The chunk into which primes are expanded, with room for a part of a prime before it and for excess after it. It holds
 * all primes of any segment; the first segment has the most, 77,279.
 */
export const CHUNK: usize = SLOTS + ((SLOT_COUNT * BLOCK_BYTES) as usize) + 64;
export const CHUNK_BYTES: i32 = 327_680;

/** The most bytes that an expansion writes past its limit: 63 primes, and the excess of a pair of vector stores. */
export const CHUNK_EXCESS_BYTES: i32 = 320;

/** Size of the memory. */
export const MEMORY_END: usize = CHUNK + ((CHUNK_BYTES + CHUNK_EXCESS_BYTES) as usize);
