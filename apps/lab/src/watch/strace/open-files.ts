/**
 * What the descriptors of all processes stand for: listening sockets, connections, epoll instances.
 *
 * A descriptor is a number of one process; what it stands for may be open under several numbers, and in several processes:
 * `dup` copies a descriptor, `fork` copies all of them. A connection ends when the last of its descriptors is closed.
 */

/** A listening socket. */
export interface Listener {
  readonly is: 'listener';
}

/** An epoll instance. */
export interface Epoll {
  readonly is: 'epoll';
  /** The number by which epoll_wait reports a descriptor, and the descriptor. */
  readonly data: Map<string, number>;
  /** The thread that waited last. */
  waiter: number | undefined;
}

/** A connection that the server has accepted. */
export interface Connection {
  readonly is: 'connection';
  /** Its number, from 1. */
  readonly ordinal: number;
  /** Descriptor that accept returned. */
  readonly fd: number;
  /** Port of the client; 0 if it isn't known. */
  readonly port: number;
  readonly acceptedUs: number;
  /** Thread that has accepted it. */
  readonly acceptedBy: number;
  /** Whether accept was asked for a socket that doesn't block. */
  readonly nonBlocking: boolean;
}

/** What a descriptor stands for, as far as it matters here. */
export type OpenFile = Listener | Epoll | Connection;

interface Descriptor {
  readonly file: OpenFile;
  /** Whether execve closes it. */
  closesOnExec: boolean;
}

/** The descriptors of all processes. */
export class OpenFiles {
  readonly #processes = new Map<number, Map<number, Descriptor>>();
  /** Number of descriptors of each connection. */
  readonly #open = new Map<Connection, number>();

  /** What a descriptor of a process stands for; undefined if it is something else, such as a file. */
  get(process: number, fd: number): OpenFile | undefined {
    return this.#processes.get(process)?.get(fd)?.file;
  }

  /** The connection that a descriptor stands for; undefined if it is something else. */
  connection(process: number, fd: number): Connection | undefined {
    const file = this.get(process, fd);
    return file?.is === 'connection' ? file : undefined;
  }

  /** Whether a descriptor stands for a listening socket. */
  isListener(process: number, fd: number): boolean {
    return this.get(process, fd)?.is === 'listener';
  }

  /** The connections that a process has open, each with its descriptor. */
  *connectionsOf(process: number): Generator<readonly [fd: number, connection: Connection]> {
    for (const [fd, { file }] of this.#processes.get(process) ?? []) if (file.is === 'connection') yield [fd, file];
  }

  /**
   * A process has opened something. What the descriptor stood for before is closed.
   *
   * @returns the connections that end
   */
  open(process: number, fd: number, file: OpenFile, closesOnExec = false): Connection[] {
    const ended = this.close(process, fd);
    const table = this.#processes.get(process) ?? new Map<number, Descriptor>();
    this.#processes.set(process, table.set(fd, { file, closesOnExec }));
    if (file.is === 'connection') this.#open.set(file, (this.#open.get(file) ?? 0) + 1);
    return ended;
  }

  /** A process has copied a descriptor: from now on both stand for the same. Returns the connections that end. */
  copy(process: number, from: number, to: number, closesOnExec: boolean): Connection[] {
    if (from === to) return [];
    const file = this.get(process, from);
    return file === undefined ? this.close(process, to) : this.open(process, to, file, closesOnExec);
  }

  /** Sets whether execve closes a descriptor. */
  setClosesOnExec(process: number, fd: number, closes: boolean): void {
    const descriptor = this.#processes.get(process)?.get(fd);
    if (descriptor !== undefined) descriptor.closesOnExec = closes;
  }

  /** A process has a child, which has copies of all its descriptors. */
  fork(parent: number, child: number): void {
    for (const [fd, { file, closesOnExec }] of this.#processes.get(parent) ?? [])
      this.open(child, fd, file, closesOnExec);
  }

  /** A process has closed a descriptor. Returns the connections that end. */
  close(process: number, fd: number): Connection[] {
    const file = this.get(process, fd);
    this.#processes.get(process)?.delete(fd);
    if (file?.is !== 'connection') return [];
    const left = this.#open.get(file)! - 1;
    if (left > 0) {
      this.#open.set(file, left);
      return [];
    }
    this.#open.delete(file);
    return [file];
  }

  /** A process has closed the descriptors from one to another. Returns the connections that end. */
  closeRange(process: number, { first, last }: { readonly first: number; readonly last: number }): Connection[] {
    return this.#closeWhere(process, (fd) => fd >= first && fd <= last);
  }

  /** A process runs another program. Returns the connections that end. */
  execute(process: number): Connection[] {
    return this.#closeWhere(process, (_fd, { closesOnExec }) => closesOnExec);
  }

  /** A process has ended: the kernel closes all its descriptors. Returns the connections that end. */
  end(process: number): Connection[] {
    const ended = this.#closeWhere(process, () => true);
    this.#processes.delete(process);
    return ended;
  }

  #closeWhere(process: number, closes: (fd: number, descriptor: Descriptor) => boolean): Connection[] {
    return [...(this.#processes.get(process) ?? [])]
      .filter(([fd, descriptor]) => closes(fd, descriptor))
      .flatMap(([fd]) => this.close(process, fd));
  }
}
