/**
 * Views of the scratch buffer that the sessions of a thread share.
 *
 * To make a view costs more than to write a small answer into it, and the same few are asked for again and again: the
 * part that primes are written to, which is the same for every session, and what is handed out, which is the same for
 * all who ask the same. So the last view of each kind is kept.
 */

/** A view that is made anew only if another one is asked for. */
class KeptView {
  readonly #buffer: Uint8Array;
  #from = 0;
  #to = -1;
  #view: Uint8Array;

  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
    this.#view = buffer;
  }

  get(from: number, to: number): Uint8Array {
    if (from !== this.#from || to !== this.#to) {
      this.#view = this.#buffer.subarray(from, to);
      this.#from = from;
      this.#to = to;
    }
    return this.#view;
  }
}

/** The kept views of one scratch buffer. */
export class ScratchViews {
  /** Where primes are written. */
  readonly target: KeptView;
  /** What is handed out. */
  readonly outgoing: KeptView;

  constructor(scratch: Uint8Array) {
    this.target = new KeptView(scratch);
    this.outgoing = new KeptView(scratch);
  }
}

const views = new WeakMap<Uint8Array, ScratchViews>();

/** The views of a scratch buffer, one set for all its sessions. */
export function viewsOf(scratch: Uint8Array): ScratchViews {
  let kept = views.get(scratch);
  if (kept === undefined) views.set(scratch, (kept = new ScratchViews(scratch)));
  return kept;
}
