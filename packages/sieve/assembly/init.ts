import { MEMORY_END } from './constants';
import { makeExpansionTable } from './expansion';
import { makeBitOffsets } from './popcount';
import { makePresieveTables } from './presieve';
import { makeSievingPrimes } from './sieving-primes';
import { makeWheelTables } from './wheel';

/** The unit of `memory.grow`. */
const PAGE_BYTES: i32 = 65_536;

/** Takes all memory, which never grows again, and fills all tables. Call it once, before anything else. */
export function init(): void {
  memory.grow(((MEMORY_END as i32) + PAGE_BYTES - 1) / PAGE_BYTES - memory.size());
  makeWheelTables();
  makeBitOffsets();
  makeExpansionTable();
  makeSievingPrimes();
  makePresieveTables();
}
