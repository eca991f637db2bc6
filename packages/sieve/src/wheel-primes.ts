/** The primes that make the wheel, 2 · 3 · 5 = 30: they have no bit in the bitmap, and whoever reads it adds them. */
export const WHEEL_PRIMES = [2, 3, 5] as const;

/** The greatest of {@link WHEEL_PRIMES}: behind it the bitmap knows everything. */
export const LAST_WHEEL_PRIME = 5;
