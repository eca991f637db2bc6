/**
 * Waking a thread that is blocked in a selector: the self-pipe trick (D. J. Bernstein).
 *
 * A selector waits for descriptors only. To wake it for another reason, something has to become readable: the read end
 * of a pipe stands in its set, and whoever wants to wake it writes a byte.
 *
 *     any thread: wake(writeDescriptor) ──▶ [ pipe ] ──▶ readDescriptor is ready ──▶ drain()
 *
 * Both ends are non-blocking. A full pipe is no fault: the reader is awake already, and one byte is as good as a
 * thousand. Drain first and look for work after: a wake that comes in between is then found by the next select.
 */
import { NO_DESCRIPTOR, closeDescriptor, setFlagsAfterwards } from './descriptor.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { platform } from './platform.ts';

const ONE_BYTE = new Uint8Array(1);
/** Where drained bytes go: nobody reads them. */
const DRAINED = new Uint8Array(512);

/** Owner of a pipe whose read end stands in a selector's set. */
export class WakePipe implements Disposable {
  #read: number;
  #write: number;

  /**
   * Opens a pipe. pipe(2)
   *
   * @throws SocketError when no descriptor is left (EMFILE, ENFILE).
   */
  constructor() {
    [this.#read, this.#write] = openPipe();
  }

  /** The end to register for READ; -1 after {@link WakePipe.close}. */
  get readDescriptor(): number {
    return this.#read;
  }

  /** The end to give to any thread, for {@link wake}; -1 after {@link WakePipe.close}. */
  get writeDescriptor(): number {
    return this.#write;
  }

  /**
   * Makes the read end not ready until the next {@link wake}; {@link drainWake} does it in a thread that has only the
   * number.
   */
  drain(): void {
    drainWake(this.#read);
  }

  /**
   * Closes both ends; a second call does nothing.
   *
   * No thread may still hold {@link WakePipe.writeDescriptor}: its next wake would write into whatever has that number
   * then.
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
 * @param writeDescriptor the pipe's {@link WakePipe.writeDescriptor}
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
 * Takes everything out of a {@link WakePipe}, so that its read end is ready again only after the next {@link wake}.
 * read(2)
 *
 * @param readDescriptor the pipe's {@link WakePipe.readDescriptor}
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

function openPipe(): readonly [read: number, write: number] {
  const { O_NONBLOCK, O_CLOEXEC, hasFlagCalls } = platform();
  const ends = new Int32Array(2);
  if (libc().pipe(ends, O_NONBLOCK | O_CLOEXEC) < 0) throw new SocketError('pipe', libc().errno());
  const [read, write] = ends as unknown as [number, number];
  if (!hasFlagCalls) {
    try {
      setFlagsAfterwards(read, true);
      setFlagsAfterwards(write, true);
    } catch (error) {
      closeDescriptor(read);
      closeDescriptor(write);
      throw error;
    }
  }
  return [read, write];
}
