/**
 * What all selectors share: the table of interests, checks of arguments, the deadline of a wait and the ready list.
 *
 * A selector is a subclass that adds its system call, in four functions of the same names and order:
 *
 *     apply     pass a change of interest to the kernel, or to the arguments of the next wait
 *     wait      make the system call
 *     collect   read its results
 *     release   free what the constructor took
 *
 * To `apply`, "not registered" and "registered with NONE" are the same: the kernel then doesn't watch the descriptor at
 * all. So an idle descriptor costs nothing, and its hang-up does not wake the thread again and again.
 *
 * Names from other files: `libc()` is the C library, called by FFI, whose functions have the names and arguments of the
 * man pages and read and write typed arrays in place; `platform()` has the numbers of its constants on this system, and
 * `errnos` those of errors; a {@link SocketError} is a failed system call.
 */
import { checkInteger } from './arguments.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { NONE, READ, type ReadyList, type Selector, WRITE } from './selector.ts';

/** The result of {@link BaseSelector.wait} when a signal ended it: there is nothing to collect. */
export const INTERRUPTED = -1;

/** Bit of a table entry: tells a registered descriptor with interest NONE (0) from an unregistered one. */
const REGISTERED = 4;

const INITIAL_ENTRIES = 64;

/** Bookkeeping of a selector; a subclass makes the system call. */
export abstract class BaseSelector implements Selector {
  abstract readonly kind: string;
  readonly capacity: number;
  /** `REGISTERED | interest`, or 0, by descriptor. An array is dense: the kernel gives out the lowest free number. */
  #interests = new Uint8Array(INITIAL_ENTRIES);
  #size = 0;
  #open = true;
  readonly #ready = {
    count: 0,
    descriptors: new Int32Array(INITIAL_ENTRIES),
    events: new Uint8Array(INITIAL_ENTRIES),
  };

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
      throw new Error(
        `cannot register: descriptor must not be registered yet, got ${descriptor} (modify() changes its interest)`,
      );
    }
    if (descriptor >= this.#interests.length) {
      this.#interests = new Uint8Array(this.#interests.buffer.transfer(roundUp(descriptor + 1)));
    }
    // Before the entry is written: when the kernel refuses, there is nothing to roll back.
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
      throw new RangeError(`cannot select: timeoutMs must be 0 or more, or undefined for no limit, got ${timeoutMs}`);
    }
    const ready = this.#ready;
    ready.count = 0;
    if (ready.descriptors.length < this.#size) {
      // New arrays, not resized ones: a caller that registers while reading the last list still has the old arrays.
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

  /** Adds an entry to the ready list; for {@link BaseSelector.collect}. */
  protected report(descriptor: number, events: number): void {
    const ready = this.#ready;
    ready.descriptors[ready.count] = descriptor;
    ready.events[ready.count] = events;
    ready.count++;
  }

  protected interestOf(descriptor: number): number {
    return this.#entry(descriptor) & (READ | WRITE);
  }

  /**
   * Changes the interest of a descriptor from `before` to `after`; NONE to NONE changes nothing.
   *
   * @throws SocketError when the kernel refuses; nothing has changed then.
   */
  protected abstract apply(descriptor: number, before: number, after: number): void;

  /** Removes a descriptor that is closed next and whose interest is not NONE. */
  protected discard(descriptor: number, before: number): void {
    this.apply(descriptor, before, NONE);
  }

  /**
   * Makes the system call once.
   *
   * @param timeoutMs - 0 to `Infinity`; rounded up, and limited to the longest time that the call can express.
   * @returns More than 0 when there are results to collect, 0 after the timeout, {@link INTERRUPTED} after a signal.
   */
  protected abstract wait(timeoutMs: number): number;

  /** Calls {@link BaseSelector.report} for each ready descriptor, given what {@link BaseSelector.wait} returned. */
  protected abstract collect(answered: number): void;

  /** Frees what the selector holds. */
  protected abstract release(): void;

  #entry(descriptor: number): number {
    return this.#interests[descriptor] ?? 0;
  }

  #registered(action: string, descriptor: number): number {
    const entry = this.#entry(descriptor);
    if (entry === 0) throw new Error(`cannot ${action}: descriptor must be registered, got ${descriptor}`);
    return entry & (READ | WRITE);
  }

  #checkDescriptor(descriptor: number): void {
    checkInteger('register', 'descriptor', descriptor, 0);
    if (descriptor >= this.capacity) {
      throw new RangeError(
        `cannot register: descriptor must be below ${this.capacity}, the limit of ${this.kind}, got ${descriptor}: ` +
          'close some descriptors, or use poll or epoll',
      );
    }
  }

  #checkOpen(action: string): void {
    if (!this.#open) throw new Error(`cannot ${action}: the selector must be open, got a closed one`);
  }
}

/** The result of a `wait` whose system call failed: {@link INTERRUPTED} after a signal, otherwise an exception. */
export function failedWait(call: string): typeof INTERRUPTED {
  const errno = libc().errno();
  if (errno === errnos.EINTR) return INTERRUPTED;
  throw new SocketError(call, errno);
}

/** The next power of two: arrays that grow to it copy each entry a constant number of times on average. */
export function roundUp(entries: number): number {
  return 2 ** Math.ceil(Math.log2(entries));
}

function checkInterest(action: string, interest: number): void {
  if (interest !== NONE && interest !== READ && interest !== WRITE && interest !== (READ | WRITE)) {
    throw new RangeError(`cannot ${action}: interest must be NONE, READ, WRITE or READ | WRITE, got ${interest}`);
  }
}
