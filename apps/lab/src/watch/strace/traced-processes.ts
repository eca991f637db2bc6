/** Follows the threads, processes and descriptors of a server by its system calls. */
import { copyIn, descriptorIn, epollChangeIn, rangeIn } from './call-arguments.ts';
import { type Connection, type Epoll, OpenFiles } from './open-files.ts';
import type { SystemCall } from './strace-lines.ts';
import { ACCEPTS, CLONES, COPIES, ENDED } from './traced-calls.ts';

/** What a call has changed. */
export interface Change {
  /** The connection that it has accepted. */
  readonly accepted?: Connection;
  /** Connections that have ended: nobody has them open any more. */
  readonly ended?: readonly Connection[];
  /** The thread that has ended. */
  readonly endedThread?: number;
}

const NOTHING: Change = {};

/** The threads and processes of a server. */
export class TracedProcesses {
  readonly files = new OpenFiles();
  /** Thread to process. */
  readonly #processes = new Map<number, number>();
  /** When each thread that lives was started, and by which. */
  readonly #started = new Map<number, { readonly timeUs: number; readonly by: number }>();
  #listenedUs = Infinity;
  #accepted = 0;
  /** Processes that another one has forked. */
  readonly #children = new Set<number>();
  /** Processes whose first thread has ended. */
  readonly #firstEnded = new Set<number>();

  /** The process of a thread. */
  processOf(tid: number): number {
    return this.#processes.get(tid) ?? tid;
  }

  /** When a thread was started; -Infinity for the first one. */
  startedUs(tid: number): number {
    return this.#started.get(tid)?.timeUs ?? -Infinity;
  }

  /**
   * The threads, or processes, that were started like this one: by the same thread, since the server listens. They do the
   * same, as far as anybody can tell. In the order of their start.
   */
  siblings(tid: number): number[] {
    const by = this.#started.get(tid)?.by;
    const isSibling = ([other, start]: readonly [number, { readonly timeUs: number; readonly by: number }]): boolean =>
      start.by === by && start.timeUs >= this.#listenedUs && this.isChild(other) === this.isChild(tid);
    const all = [...this.#started].filter(isSibling).map(([other]) => other);
    return all.includes(tid) ? all : [tid];
  }

  /** Whether the thread belongs to a process that another one has forked. */
  isChild(tid: number): boolean {
    return this.#children.has(this.processOf(tid));
  }

  /** The connection that a thread's descriptor stands for. */
  connection(tid: number, fd: number): Connection | undefined {
    return this.files.connection(this.processOf(tid), fd);
  }

  /** The epoll instance that a thread's descriptor stands for. */
  epoll(tid: number, fd: number): Epoll | undefined {
    const file = this.files.get(this.processOf(tid), fd);
    return file?.is === 'epoll' ? file : undefined;
  }

  /** Whether a thread's descriptor stands for a listening socket. */
  isListener(tid: number, fd: number): boolean {
    return this.files.isListener(this.processOf(tid), fd);
  }

  /** Takes the next call. Call it before anything else that depends on the call. */
  follow(call: SystemCall): Change {
    const { tid, name, phase, args, result } = call;
    const process = this.processOf(tid);
    if (name === ENDED) return this.#endThread(tid);
    if (name === 'exit_group') return phase === 'begin' ? { ended: this.files.end(process) } : NOTHING;
    if (phase === 'begin' || result < 0) return NOTHING;
    if (CLONES.has(name)) this.#start(call);
    if (ACCEPTS.has(name)) return this.#accept(call);
    if (COPIES.has(name)) return this.#copy(call);
    switch (name) {
      case 'listen':
        this.#listenedUs = Math.min(this.#listenedUs, call.timeUs);
        this.files.open(process, descriptorIn(args), { is: 'listener' });
        return NOTHING;
      case 'epoll_create':
      case 'epoll_create1':
        this.#createEpoll(call);
        return NOTHING;
      case 'epoll_ctl':
        this.#watch(call);
        return NOTHING;
      case 'close':
        return { ended: this.files.close(process, descriptorIn(args)) };
      case 'close_range':
        return { ended: this.files.closeRange(process, rangeIn(args)) };
      case 'execve':
        return { ended: this.files.execute(process) };
      default:
        return NOTHING;
    }
  }

  #start({ tid, args, result, timeUs }: SystemCall): void {
    const process = this.processOf(tid);
    this.#started.set(result, { timeUs, by: tid });
    if (args.includes('CLONE_FILES')) {
      this.#processes.set(result, process);
      return;
    }
    this.#processes.set(result, result);
    this.#children.add(result);
    this.files.fork(process, result);
  }

  #accept({ tid, args, result, timeUs, peerPort }: SystemCall): Change {
    if (!this.isListener(tid, descriptorIn(args))) return NOTHING;
    this.#accepted += 1;
    const accepted: Connection = {
      is: 'connection',
      ordinal: this.#accepted,
      fd: result,
      port: peerPort ?? Number(/htons\((\d+)\)/.exec(args)?.[1] ?? 0),
      acceptedUs: timeUs,
      acceptedBy: tid,
      nonBlocking: args.includes('SOCK_NONBLOCK'),
    };
    return { accepted, ended: this.files.open(this.processOf(tid), result, accepted, args.includes('SOCK_CLOEXEC')) };
  }

  #copy({ tid, name, args, result }: SystemCall): Change {
    const process = this.processOf(tid);
    const copy = copyIn(name, args);
    if (copy === undefined) return NOTHING;
    if (!copy.copies) this.files.setClosesOnExec(process, descriptorIn(args), copy.closesOnExec);
    else return { ended: this.files.copy(process, descriptorIn(args), result, copy.closesOnExec) };
    return NOTHING;
  }

  #createEpoll({ tid, args, result }: SystemCall): void {
    const epoll: Epoll = { is: 'epoll', data: new Map(), waiter: undefined };
    this.files.open(this.processOf(tid), result, epoll, args.includes('EPOLL_CLOEXEC'));
  }

  #watch({ tid, args }: SystemCall): void {
    const change = epollChangeIn(args);
    if (change?.data === undefined) return;
    this.epoll(tid, change.epoll)?.data.set(change.data, change.fd);
  }

  /** With the last thread of a process, all its descriptors are closed. */
  #endThread(tid: number): Change {
    const process = this.processOf(tid);
    this.#processes.delete(tid);
    this.#started.delete(tid);
    if (tid === process) this.#firstEnded.add(process);
    const isOver = this.#firstEnded.has(process) && ![...this.#processes.values()].includes(process);
    return { endedThread: tid, ended: isOver ? this.files.end(process) : [] };
  }
}
