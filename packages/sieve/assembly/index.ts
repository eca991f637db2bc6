export { sieve } from './block';
export { BIG_ENDIAN_ORDER, CHUNK, CHUNK_BYTES, LITTLE_ENDIAN_ORDER, SLOT_COUNT, SLOTS } from './constants';
export { expand } from './expansion';
export { init } from './init';
export { sieveNarrow } from './narrow';
export { count, select } from './popcount';
export { isPrime } from './primality';
export { sumInt32BE, sumOffsets } from './sum';
