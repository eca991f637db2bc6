/**
 * Wheel factorization modulo 30 = 2 · 3 · 5: which numbers have a place in the bitmap, and where.
 *
 * Beyond 5, a prime leaves one of only eight residues modulo 30: the others share a factor with 30. So one byte holds
 * 30 numbers; byte i, bit j stands for 30 i + RESIDUES[j], and the bit is 1 if that number is prime. The three primes
 * 2, 3, 5 that make the wheel have no bit; whoever reads the bitmap adds them himself.
 *
 * Source: Paul Pritchard, "Explaining the wheel sieve", Acta Informatica 17 (1982).
 */

/** How many numbers one byte of the bitmap stands for. */
export const WHEEL = 30;

/** The primes without a bit, ascending. */
export const WHEEL_PRIMES = [2, 3, 5] as const;

/** The greatest of {@link WHEEL_PRIMES}: from here on the bitmap knows everything. */
export const LAST_WHEEL_PRIME = 5;

/** The residues coprime to 30, ascending: what the bits of a byte stand for. */
export const RESIDUES = Uint8Array.of(1, 7, 11, 13, 17, 19, 23, 29);

/** By residue (0 to 29): the bits that stand for this residue or a greater one. */
export const BITS_FROM = Uint8Array.from({ length: WHEEL }, (_, least) => bitsWhere((residue) => residue >= least));

/** By residue (0 to 29): the bits that stand for this residue or a lesser one. */
export const BITS_UP_TO = Uint8Array.from({ length: WHEEL }, (_, most) => bitsWhere((residue) => residue <= most));

/** By byte of the bitmap: how many bits are set. */
export const BIT_COUNT = Uint8Array.from({ length: 256 }, (_, bits) => setResidues(bits).length);

/** By byte of the bitmap: the sum of the residues whose bits are set (at most 120). */
export const RESIDUE_SUM = Uint8Array.from({ length: 256 }, (_, bits) => setResidues(bits).reduce((s, r) => s + r, 0));

/**
 * The place of a residue in its byte.
 *
 * @param residue - one of {@link RESIDUES}
 * @returns the number of its bit, 0 to 7
 */
export function bitOf(residue: number): number {
  return RESIDUES.indexOf(residue);
}

function bitsWhere(holds: (residue: number) => boolean): number {
  return RESIDUES.reduce((bits, residue, bit) => (holds(residue) ? bits | (1 << bit) : bits), 0);
}

function setResidues(bits: number): number[] {
  return Array.from(RESIDUES).filter((_, bit) => (bits & (1 << bit)) !== 0);
}
