/**
 * What the three selectors share: the table of interests, the misuse checks, the time limit and the list of results.
 *
 * A sibling says only how its system call does it, in four functions of the same names and order:
 *
 *     apply     tell the kernel, or our copy of what we tell it, that an interest has changed
 *     wait      make the system call
 *     collect   read its results
 *     release   give back what the constructor took
 *
 * The kernel knows only descriptors that are waited for: for `apply`, "not registered" and "registered with NONE" are
 * the same, so that an idle descriptor costs nothing and its hang-up does not make the loop spin.
 */
import { NONE, READ, type ReadyList, type Selector, WRITE } from './selector.ts';

/** Answer of {@link BaseSelector.wait}: a signal came first. */
export const INTERRUPTED = -1;

/** Bit of the table of interests, for a registered descriptor has interest NONE = 0 too. */
const REGISTERED = 4;

const INITIAL_ENTRIES = 64;

/** Book-keeping of a selector; each system call has its subclass. */
export abstract class BaseSelector implements Selector {
  abstract readonly kind: string;
  readonly capacity: number;
  /** Indexed by descriptor, as the kernel gives out the lowest number that is free: `REGISTERED | interest`, or 0. */
  #interests = new Uint8Array(INITIAL_ENTRIES);
  #size = 0;
  #open = true;
  readonly #ready = {
    count: 0,
    descriptors: new Int32Array(INITIAL_ENTRIES),
    events: new Uint8Array(INITIAL_ENTRIES),
  };

  /** @param capacity exclusive upper limit of descriptors */
  protected constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  register(descriptor: number, interest: number): void {
    this.#checkOpen('register');
    checkInterest('register', interest);
    this.#checkDescriptor(descriptor);
    if (this.#entry(descriptor) !== 0) {
      throw new Error(`register: descriptor ${descriptor} must not be registered yet (modify() changes its interest)`);
    }
    if (descriptor >= this.#interests.length) {
      this.#interests = new Uint8Array(this.#interests.buffer.transfer(roundUp(descriptor + 1)));
    }
    // Recorded only after it is done: a refusal leaves nothing to roll back.
    this.apply(descriptor, NONE, interest);
    this.#interests[descriptor] = REGISTERED | interest;
    this.#size++;
  }

  modify(descriptor: number, interest: number): void {
    this.#checkOpen('modify');
    checkInterest('modify', interest);
    const before = this.#registered('modify', descriptor);
    if (before === interest) return;
    this.apply(descriptor, before, interest);
    this.#interests[descriptor] = REGISTERED | interest;
  }

  unregister(descriptor: number): void {
    this.#checkOpen('unregister');
    const before = this.#registered('unregister', descriptor);
    if (before !== NONE) this.apply(descriptor, before, NONE);
    this.#interests[descriptor] = 0;
    this.#size--;
  }

  forget(descriptor: number): void {
    this.#checkOpen('forget');
    const before = this.#registered('forget', descriptor);
    if (before !== NONE) this.discard(descriptor, before);
    this.#interests[descriptor] = 0;
    this.#size--;
  }

  select(timeoutMs: number | undefined): ReadyList {
    this.#checkOpen('select');
    if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
      throw new RangeError(`select: timeoutMs must be 0 or more, or undefined for ever, received ${timeoutMs}`);
    }
    const ready = this.#ready;
    ready.count = 0;
    if (ready.descriptors.length < this.#size) {
      // New arrays, not resized ones: the caller may still be in the middle of the old list when it registers.
      ready.descriptors = new Int32Array(roundUp(this.#size));
      ready.events = new Uint8Array(roundUp(this.#size));
    }
    let remainingMs = timeoutMs ?? Infinity;
    const deadlineMs = remainingMs === 0 || remainingMs === Infinity ? remainingMs : performance.now() + remainingMs;
    for (;;) {
      const answered = this.wait(remainingMs);
      if (answered > 0) {
        this.collect(answered);
        return ready;
      }
      remainingMs = deadlineMs - performance.now();
      if (remainingMs <= 0) return ready;
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Adds a result; for {@link BaseSelector.collect}. */
  protected report(descriptor: number, events: number): void {
    const ready = this.#ready;
    ready.descriptors[ready.count] = descriptor;
    ready.events[ready.count] = events;
    ready.count++;
  }

  /** What a registered descriptor is waited for. */
  protected interestOf(descriptor: number): number {
    return this.#entry(descriptor) & (READ | WRITE);
  }

  /**
   * Changes what the kernel is asked. `before` and `after` differ, except both may be NONE: then there is nothing to
   * do.
   *
   * @throws SocketError when the kernel refuses; then nothing has changed.
   */
  protected abstract apply(descriptor: number, before: number, after: number): void;

  /** Takes out a descriptor that is closed next; `before` is not NONE. */
  protected discard(descriptor: number, before: number): void {
    this.apply(descriptor, before, NONE);
  }

  /**
   * Makes the system call once.
   *
   * @param timeoutMs 0 to `Infinity`, to be rounded up; may be cut to the longest time that the call can express
   * @returns more than 0 when there is something to collect, 0 after the timeout, {@link INTERRUPTED} after a signal
   */
  protected abstract wait(timeoutMs: number): number;

  /** Reports what {@link BaseSelector.wait} found, whose answer it is given. */
  protected abstract collect(answered: number): void;

  /** Gives back what the selector holds. */
  protected abstract release(): void;

  #entry(descriptor: number): number {
    return this.#interests[descriptor] ?? 0;
  }

  #registered(action: string, descriptor: number): number {
    const entry = this.#entry(descriptor);
    if (entry === 0) throw new Error(`${action}: descriptor must be registered, received ${descriptor}`);
    return entry & (READ | WRITE);
  }

  #checkDescriptor(descriptor: number): void {
    if (!Number.isInteger(descriptor) || descriptor < 0) {
      throw new RangeError(`register: descriptor must be a non-negative integer, received ${descriptor}`);
    }
    if (descriptor >= this.capacity) {
      throw new RangeError(
        `register: descriptor must be below ${this.capacity}, the limit of ${this.kind}(2) (FD_SETSIZE), received ` +
          `${descriptor}: close some descriptors, or use poll or epoll`,
      );
    }
  }

  #checkOpen(action: string): void {
    if (!this.#open) throw new Error(`${action}: the selector must be open, it was closed`);
  }
}

/** The next power of two, so that growing by one entry at a time copies each entry a constant number of times. */
export function roundUp(entries: number): number {
  return 2 ** Math.ceil(Math.log2(entries));
}

function checkInterest(action: string, interest: number): void {
  if (interest !== NONE && interest !== READ && interest !== WRITE && interest !== (READ | WRITE)) {
    throw new RangeError(`${action}: interest must be NONE, READ, WRITE or READ | WRITE, received ${interest}`);
  }
}
