/**
 * A cache of one view. Making a view costs more than writing a small answer into it, and the sessions of a thread always
 * need the same view: the part of the thread's send buffer after N.
 */

let kept = new Uint8Array(0);
let keptOf: Uint8Array = kept;

/** Returns `bytes.subarray(from, to)`, and the same view again if the arguments are the same as before. */
export function keptView(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (bytes !== keptOf || kept.byteOffset !== bytes.byteOffset + from || kept.length !== to - from) {
    kept = bytes.subarray(from, to) as Uint8Array<ArrayBuffer>;
    keptOf = bytes;
  }
  return kept;
}
