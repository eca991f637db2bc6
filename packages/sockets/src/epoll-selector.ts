/**
 * Selector over `epoll(7)`, Linux only: the kernel keeps the set, and a list of those that are ready.
 *
 *     struct epoll_event   | uint32 events | data 8 |            x64: 12 bytes, packed
 *                          | uint32 events | pad 4 | data 8 |    arm64: 16 bytes
 *
 * `data` comes back as it was given; here it is the descriptor.
 *
 * Cost: flat. A change of interest is a system call of its own (`epoll_ctl`), which hangs the set into the socket's
 * wait queue once and for all. A socket that becomes ready puts itself on the ready list; `epoll_wait` takes what is on
 * the list and never looks at the rest. So a thousand idle connections cost a wait nothing, and a connection whose
 * interest changes with each message costs one call more than with select or poll.
 *
 * Order of reports: the kernel's; those reported go to the end of its list.
 *
 * The kernel's key is the open file, not the number: a descriptor that was closed while a duplicate of it lives on
 * would go on being reported, and after `forget` by a number that nobody knows. So a descriptor is duplicated before it
 * is registered, or not at all.
 */
import { BaseSelector, INTERRUPTED, roundUp } from './base-selector.ts';
import { closeDescriptor } from './descriptor.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { MAX_TIMEOUT_MS } from './options.ts';
import { type EpollEventLayout, platform } from './platform.ts';
import { END, READ, WRITE } from './selector.ts';

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EPOLLIN = 0x1;
const EPOLLOUT = 0x4;
/** The peer has ended its sending. */
const EPOLLRDHUP = 0x2000;
/** EPOLLERR and EPOLLHUP: reported whether asked for or not. */
const EPOLL_FAILURE = 0x8 | 0x10;
const MAX_EVENT_WORDS = 4;
const INITIAL_ENTRIES = 64;

/** Asks by `epoll_wait(2)`. */
export class EpollSelector extends BaseSelector {
  readonly kind = 'epoll';
  readonly #layout: EpollEventLayout;
  readonly #epoll: number;
  readonly #change = new Int32Array(MAX_EVENT_WORDS);
  #events = new Int32Array(INITIAL_ENTRIES * MAX_EVENT_WORDS);
  /** How many descriptors the kernel watches. */
  #count = 0;

  /** @throws Error where there is no epoll; SocketError when no descriptor is left for it (EMFILE, ENFILE). */
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
      // Closing took it out already: what was wanted is done.
      const gone = operation === EPOLL_CTL_DEL && (errno === errnos.EBADF || errno === errnos.ENOENT);
      if (!gone) throw new SocketError('epoll_ctl', errno, { descriptor });
    }
    this.#count += operation === EPOLL_CTL_ADD ? 1 : operation === EPOLL_CTL_DEL ? -1 : 0;
  }

  protected override discard(): void {
    // close(2) takes it out by itself, one system call cheaper.
    this.#count--;
  }

  protected wait(timeoutMs: number): number {
    const timeout = timeoutMs === Infinity ? -1 : Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS);
    if (this.#count * MAX_EVENT_WORDS > this.#events.length) {
      this.#events = new Int32Array(roundUp(this.#count) * MAX_EVENT_WORDS);
    }
    const answered = libc().epollWait(this.#epoll, this.#events, this.#events.length / MAX_EVENT_WORDS, timeout);
    if (answered >= 0) return answered;
    const errno = libc().errno();
    if (errno === errnos.EINTR) return INTERRUPTED;
    throw new SocketError('epoll_wait', errno);
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
