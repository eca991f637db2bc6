/**
 * Waking a thread that is blocked in a selector: the self-pipe trick (D. J. Bernstein).
 *
 * A selector waits only for descriptors. To wake it for another reason, the read end of a pipe is registered, and
 * any thread writes a byte to the other end.
 *
 *     any thread: wake(writeDescriptor) ──▶ [ pipe ] ──▶ readDescriptor is ready ──▶ drain()
 *
 * Both ends are non-blocking. A full pipe is not an error: the reader will wake up, and one byte is enough for that.
 * Drain first, then look for work: the next select then finds a wake that came in between.
 */
import { NO_DESCRIPTOR, closeDescriptor, setFlagsAfterwards } from './descriptor.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { openTwo } from './open.ts';
import { platform } from './platform.ts';

const ONE_BYTE = new Uint8Array(1);
/** Where drained bytes go; never read. */
const DRAINED = new Uint8Array(512);

/** Owner of a pipe that wakes a selector. */
export class WakePipe implements Disposable {
  #read: number;
  #write: number;

  /**
   * Opens a pipe. pipe(2)
   *
   * @throws SocketError when no descriptor is free (EMFILE, ENFILE).
   */
  constructor() {
    const { O_NONBLOCK, O_CLOEXEC, hasFlagCalls } = platform();
    [this.#read, this.#write] = openTwo(
      'pipe',
      (ends) => libc().pipe(ends, O_NONBLOCK | O_CLOEXEC),
      (descriptor) => {
        if (!hasFlagCalls) setFlagsAfterwards(descriptor, true);
      },
    );
  }

  /** The end to register for READ; -1 after {@link WakePipe.close}. */
  get readDescriptor(): number {
    return this.#read;
  }

  /** The end that any thread passes to {@link wake}; -1 after {@link WakePipe.close}. */
  get writeDescriptor(): number {
    return this.#write;
  }

  /** Takes all bytes out of the pipe; see {@link drainWake}. */
  drain(): void {
    drainWake(this.#read);
  }

  /**
   * Closes both ends; a second call does nothing.
   *
   * No thread may use {@link WakePipe.writeDescriptor} afterwards: the kernel may have reused the number.
   */
  close(): void {
    if (this.#read === NO_DESCRIPTOR) return;
    const [read, write] = [this.#read, this.#write];
    this.#read = this.#write = NO_DESCRIPTOR;
    closeDescriptor(write);
    closeDescriptor(read);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Makes the read end of a {@link WakePipe} ready, from any thread. write(2)
 *
 * @throws SocketError when the pipe is closed (EBADF, EPIPE).
 */
export function wake(writeDescriptor: number): void {
  for (;;) {
    if (libc().write(writeDescriptor, ONE_BYTE, 1) === 1) return;
    const errno = libc().errno();
    if (errno === errnos.EAGAIN) return;
    if (errno !== errnos.EINTR) throw new SocketError('write', errno, { descriptor: writeDescriptor });
  }
}

/**
 * Takes all bytes out of a {@link WakePipe}, so that its read end is not ready until the next {@link wake}. read(2)
 *
 * @throws SocketError when the pipe is closed (EBADF).
 */
export function drainWake(readDescriptor: number): void {
  for (;;) {
    const taken = libc().read(readDescriptor, DRAINED, DRAINED.length);
    if (taken === DRAINED.length) continue;
    if (taken >= 0) return;
    const errno = libc().errno();
    if (errno === errnos.EAGAIN) return;
    if (errno !== errnos.EINTR) throw new SocketError('read', errno, { descriptor: readDescriptor });
  }
}
