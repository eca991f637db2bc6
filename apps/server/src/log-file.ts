/**
 * Where the log goes. It never blocks the main thread, which has to obey signals: a terminal or a pipe that nobody reads
 * takes no more bytes, a disk is full, a terminal is gone. Then records wait in a bounded buffer, the newest ones are
 * lost when it is full, and are counted; the log goes on as soon as it can.
 */
import { Socket, WOULD_BLOCK } from '@concurrent-primes/sockets';
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

const DEFAULT_MOST_BYTES = 1024 * 1024;
/** How soon a full pipe is tried again. */
const FULL_RETRY_MS = 20;
/** How soon a file that takes nothing is tried again. */
const BROKEN_RETRY_MS = 1000;

/** Options of a {@link LogFile}. */
export interface LogFileOptions {
  /** Most bytes that wait; default 1 MiB. */
  readonly mostBytes?: number;
  /** Called when the log goes on after records were lost: with their number. It may write. */
  readonly onLost?: (records: number) => void;
}

/** Writes without waiting. */
interface Output {
  /**
   * @returns the number of bytes taken; 0 if there is no room now
   * @throws Error when nothing can be written
   */
  readonly write: (bytes: Uint8Array) => number;
  readonly close: () => void;
}

/** A log in a file, a pipe, a socket or a terminal. */
export class LogFile {
  readonly #output: Output;
  readonly #mostBytes: number;
  readonly #onLost: (records: number) => void;
  readonly #waiting: Buffer[] = [];
  #bytes = 0;
  #lost = 0;
  #lostInAll = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param descriptor - where to write
   * @param options - see {@link LogFileOptions}
   */
  constructor(descriptor: number, { mostBytes = DEFAULT_MOST_BYTES, onLost = () => undefined }: LogFileOptions = {}) {
    this.#output = outputTo(descriptor);
    this.#mostBytes = mostBytes;
    this.#onLost = onLost;
  }

  /** Number of records that were lost since the start. */
  get lostRecords(): number {
    return this.#lostInAll;
  }

  /** Writes a record, or keeps it until the file takes it, or counts it as lost. */
  write(record: string): void {
    const bytes = Buffer.from(record);
    if (this.#bytes + bytes.length > this.#mostBytes) {
      this.#lost += 1;
      this.#lostInAll += 1;
      return;
    }
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    // After a failure the timer tries: a call for each record would be work without an end.
    if (this.#timer === undefined) this.#flush();
  }

  /**
   * Closes the log, when all records are written or the time has passed.
   *
   * @param timeoutMs - the longest wait, in milliseconds
   */
  async close(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    this.#flush();
    while (this.#waiting.length > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, FULL_RETRY_MS));
      this.#flush();
    }
    clearTimeout(this.#timer);
    this.#output.close();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        const written = this.#output.write(next);
        if (written === 0) {
          this.#flushIn(FULL_RETRY_MS);
          return;
        }
        this.#bytes -= written;
        if (written < next.length) this.#waiting[0] = next.subarray(written);
        else this.#waiting.shift();
      }
    } catch {
      this.#flushIn(BROKEN_RETRY_MS);
      return;
    }
    if (this.#lost === 0) return;
    const lost = this.#lost;
    this.#lost = 0;
    this.#onLost(lost);
  }

  #flushIn(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#flush();
    }, ms).unref();
  }
}

/**
 * Finds a way to write that doesn't block. Setting a flag of the descriptor itself would change it for all processes that
 * share it, such as the user's shell.
 */
function outputTo(descriptor: number): Output {
  try {
    const kind = fstatSync(descriptor);
    if (kind.isSocket()) return socketOutput(Socket.adopt(descriptor));
    if (process.platform === 'linux' && (kind.isFIFO() || kind.isCharacterDevice())) {
      const own = openSync(
        `/proc/self/fd/${descriptor}`,
        constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
      );
      return {
        ...fileOutput(own),
        close: () => {
          closeSync(own);
        },
      };
    }
  } catch {
    // It is closed, or may not be opened again.
  }
  return fileOutput(descriptor);
}

function socketOutput(socket: Socket): Output {
  return {
    write: (bytes) => {
      const sent = socket.sendNow(bytes);
      return sent === WOULD_BLOCK ? 0 : sent;
    },
    close: () => undefined,
  };
}

function fileOutput(descriptor: number): Output {
  return {
    write: (bytes) => {
      try {
        return writeSync(descriptor, bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
        throw error;
      }
    },
    close: () => undefined,
  };
}
