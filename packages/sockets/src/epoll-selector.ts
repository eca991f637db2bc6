/**
 * The selector over `epoll(7)`, Linux only: the kernel keeps the set of watched descriptors and a list of ready ones.
 *
 *     struct epoll_event   | uint32 events | data 8 |            x64: 12 bytes, packed
 *                          | uint32 events | pad 4 | data 8 |    arm64: 16 bytes
 *
 * The kernel returns `data` as it was given; here it is the descriptor.
 *
 * Cost: independent of the number of watched descriptors. Each change of interest is a system call (`epoll_ctl`), which
 * adds the set to the socket's wait queue permanently. A socket that becomes ready adds itself to the ready list, and
 * `epoll_wait` reads only that list. So a thousand idle connections add nothing to a wait, but a connection whose
 * interest changes with each message costs one call more than with select or poll.
 *
 * Order of reports: the kernel's, which moves reported descriptors to the end of its list.
 *
 * The kernel's key is the open file, not the number. A closed descriptor with a living duplicate would still be
 * reported, and after `forget` under a number that is no longer registered: don't duplicate a registered descriptor.
 */
import { BaseSelector, failedWait, roundUp } from './base-selector.ts';
import { closeDescriptor } from './descriptor.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { type EpollEventLayout, platform } from './platform.ts';
import { END, READ, WRITE } from './selector.ts';
import { wholeMs } from './timeouts.ts';

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EPOLLIN = 0x1;
const EPOLLOUT = 0x4;
/** The peer has ended its stream. */
const EPOLLRDHUP = 0x2000;
/** EPOLLERR and EPOLLHUP, which epoll reports even if not asked for. */
const EPOLL_FAILURE = 0x8 | 0x10;
const MAX_EVENT_WORDS = 4;
const INITIAL_ENTRIES = 64;

export class EpollSelector extends BaseSelector {
  readonly kind = 'epoll';
  readonly #layout: EpollEventLayout;
  readonly #epoll: number;
  readonly #change = new Int32Array(MAX_EVENT_WORDS);
  #events = new Int32Array(INITIAL_ENTRIES * MAX_EVENT_WORDS);
  /** Number of descriptors that the kernel watches. */
  #count = 0;

  /** @throws Error on a system without epoll; SocketError when no descriptor is free (EMFILE, ENFILE). */
  constructor() {
    super(Infinity);
    const { epollEvent, O_CLOEXEC } = platform();
    // EPOLL_CLOEXEC is O_CLOEXEC.
    this.#epoll = libc().epollCreate(O_CLOEXEC);
    if (this.#epoll < 0) throw new SocketError('epoll_create1', libc().errno());
    this.#layout = epollEvent!;
  }

  protected apply(descriptor: number, before: number, after: number): void {
    if (before === after) return;
    const operation = before === 0 ? EPOLL_CTL_ADD : after === 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
    this.#change[0] = (after & READ ? EPOLLIN | EPOLLRDHUP : 0) | (after & WRITE ? EPOLLOUT : 0);
    this.#change[this.#layout.dataWord] = descriptor;
    if (libc().epollControl(this.#epoll, operation, descriptor, this.#change) < 0) {
      const errno = libc().errno();
      // A descriptor closed too early has left the set already.
      const gone = operation === EPOLL_CTL_DEL && (errno === errnos.EBADF || errno === errnos.ENOENT);
      if (!gone) throw new SocketError('epoll_ctl', errno, { descriptor });
    }
    this.#count += operation === EPOLL_CTL_ADD ? 1 : operation === EPOLL_CTL_DEL ? -1 : 0;
  }

  protected override discard(): void {
    // The close(2) that follows removes it from the set: one system call less.
    this.#count--;
  }

  protected wait(timeoutMs: number): number {
    if (this.#count * MAX_EVENT_WORDS > this.#events.length) {
      this.#events = new Int32Array(roundUp(this.#count) * MAX_EVENT_WORDS);
    }
    const capacity = this.#events.length / MAX_EVENT_WORDS;
    const answered = libc().epollWait(this.#epoll, this.#events, capacity, wholeMs(timeoutMs));
    return answered >= 0 ? answered : failedWait('epoll_wait');
  }

  protected collect(answered: number): void {
    const { strideWords, dataWord } = this.#layout;
    for (let word = 0; word < answered * strideWords; word += strideWords) {
      const found = this.#events[word]!;
      const descriptor = this.#events[word + dataWord]!;
      const events = (found & EPOLLIN ? READ : 0) | (found & EPOLLOUT ? WRITE : 0) | (found & EPOLLRDHUP ? END : 0);
      this.report(descriptor, found & EPOLL_FAILURE ? this.interestOf(descriptor) : events);
    }
  }

  protected release(): void {
    closeDescriptor(this.#epoll);
  }
}
