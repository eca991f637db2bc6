/**
 * A cache of one view. Making a view costs more than writing a small answer into it, and sessions of one thread ask for
 * the same view again and again: the part of the thread's send buffer after N.
 */

let kept = new Uint8Array(0);
let keptOf: Uint8Array = kept;

/**
 * `bytes.subarray(from, to)`, without making the same view twice in a row.
 *
 * @param bytes - the array; cached by its identity
 * @param from - first index
 * @param to - index after the last one, at most `bytes.length`
 */
export function keptView(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (bytes !== keptOf || kept.byteOffset !== bytes.byteOffset + from || kept.length !== to - from) {
    kept = bytes.subarray(from, to) as Uint8Array<ArrayBuffer>;
    keptOf = bytes;
  }
  return kept;
}
