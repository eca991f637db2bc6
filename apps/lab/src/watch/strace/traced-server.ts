/**
 * Turns the system calls of anyone's server into the events of our servers, so that the same page shows it.
 *
 * A server that waits in select, poll or epoll becomes a loop. Any other one becomes a pool: one thread accepts, and the
 * threads or processes that call recv and send serve; a server with a single thread accepts and serves in turns.
 */
import {
  CALL_CODES,
  encodeEvents,
  type EventBatch,
  INTERESTS,
  MAIN_THREAD,
  NO_SLOT,
  type EventName,
  type TraceEvent,
  WOULD_BLOCK,
  TURN_FLAGS,
} from '@concurrent-primes/trace';
import {
  bitsOf,
  descriptorIn,
  epollChangeIn,
  epollReadyIn,
  lengthIn,
  numbersIn,
  type Ready,
  readyIn,
  watchedIn,
} from './call-arguments.ts';
import { bytesIn, type SystemCall } from './strace-lines.ts';
import { type Note, TracedConversation } from './traced-conversation.ts';

const RECEIVES: ReadonlySet<string> = new Set(['recvfrom', 'recvmsg', 'read', 'readv']);
const SENDS: ReadonlySet<string> = new Set(['sendto', 'sendmsg', 'write', 'writev']);
const ACCEPTS: ReadonlySet<string> = new Set(['accept', 'accept4']);
const SELECTORS: Readonly<Record<string, string>> = {
  select: 'select',
  pselect6: 'select',
  poll: 'poll',
  ppoll: 'poll',
  epoll_wait: 'epoll',
  epoll_pwait: 'epoll',
  epoll_pwait2: 'epoll',
};
const CLONES: ReadonlySet<string> = new Set(['clone', 'clone3', 'fork', 'vfork']);
/** System calls that strace has to show. */
export const TRACED_CALLS: readonly string[] = [
  ...RECEIVES,
  ...SENDS,
  ...ACCEPTS,
  ...Object.keys(SELECTORS).filter((name) => name !== 'epoll_pwait2'),
  ...CLONES,
  ...['listen', 'close', 'epoll_ctl', 'exit_group'],
];

/** The accept thread of a pool, and the only thread of a loop. */
const FIRST_THREAD = 0;
/** Threads of a server that makes one for each client: more are not shown apart. */
const MOST_THREADS = 32;

/** How a server serves. */
export interface ServingStyle {
  readonly architecture: 'loop' | 'pool';
  /** The selector, or what serves: `one thread`, `threads`, `processes`. */
  readonly name: string;
  /** How it serves, in a few words. */
  readonly summary: string;
  /** Number of threads that serve; of a server that starts one for each client, how many are told apart. */
  readonly threads: number;
  readonly threadPerClient?: boolean;
}

const ONE_THREAD: ServingStyle = {
  ...{ architecture: 'pool', name: 'one thread', threads: 1 },
  summary: 'one client at a time',
};

/** One connection of the server. */
interface Connection {
  readonly ordinal: number;
  readonly slot: number;
  /** Processes that have the descriptor open. */
  readonly holders: Set<number>;
  readonly conversation: TracedConversation;
  readonly acceptedUs: number;
  /** Index of the thread that serves it. */
  thread: number;
  interest: number;
}

/** Follows which processes and descriptors there are, and finds out how the server serves. */
export class TracedServer {
  /** Thread to process. */
  readonly #processes = new Map<number, number>();
  readonly #listening = new Set<string>();
  readonly #connections = new Map<string, Connection>();
  /** Thread to the index of the thread that the page shows. */
  readonly #threads = new Map<number, number>();
  readonly #serving = new Map<number, Connection>();
  readonly #epollData = new Map<string, number>();
  readonly #events: TraceEvent[] = [];
  #style: ServingStyle | undefined;
  #startedUs: number | undefined;
  #ordinal = 0;
  #turn = 0;
  #acceptTid = 0;
  #clones = 0;
  #clonesBeforeAccept = 0;
  #hasProcesses = false;
  readonly #before: SystemCall[] = [];

  /** How the server serves; undefined until it has shown that. */
  get style(): ServingStyle | undefined {
    return this.#style;
  }

  /** When the first call began, in microseconds since 1970. */
  get startedUs(): number {
    return this.#startedUs ?? 0;
  }

  /** Takes calls in the order of strace's output. */
  take(calls: readonly SystemCall[]): void {
    for (const call of calls) {
      this.#startedUs ??= call.timeUs;
      if (this.#style !== undefined) this.#translate(call);
      else {
        this.#before.push(call);
        this.#style = this.#styleOf(call);
        if (this.#style !== undefined) this.#beginAgain();
      }
    }
  }

  /** Takes it that the server serves one client at a time: it has not shown anything else in time. */
  assumeOneThread(): void {
    this.#style ??= ONE_THREAD;
    this.#beginAgain();
  }

  /** Adds an event that no call tells. */
  note(name: EventName, a: number, b: number, nowUs: number): void {
    this.#events.push({ name, timeUs: nowUs - this.startedUs, thread: MAIN_THREAD, slot: NO_SLOT, a, b });
  }

  /** Returns the events since the last call. */
  read(): EventBatch[] {
    if (this.#events.length === 0) return [];
    return [encodeEvents(this.#events.splice(0))];
  }

  /** What is known of processes and descriptors so far only served to find out the style: now it makes events. */
  #beginAgain(): void {
    this.#connections.clear();
    this.#listening.clear();
    this.#processes.clear();
    this.#ordinal = 0;
    for (const call of this.#before.splice(0)) this.#translate(call);
  }

  /** What a call says about the way in which the server serves. */
  #styleOf(call: SystemCall): ServingStyle | undefined {
    const { tid, name, phase, result } = call;
    this.#followProcesses(call);
    const fd = descriptorIn(call.args);
    if (ACCEPTS.has(name) && phase === 'end' && result >= 0) {
      if (this.#acceptTid === 0) this.#clonesBeforeAccept = this.#clones;
      this.#acceptTid = tid;
      this.#connections.set(this.#key(tid, result), this.#connectionOf(call, result));
    }
    const selector = SELECTORS[name];
    // A selector that is used after the server listens is the server's loop; others wait for a child or a timer.
    if (selector !== undefined && phase === 'end' && result > 0 && this.#mentionsListener(call)) {
      return { architecture: 'loop', name: selector, summary: 'one thread serves all clients', threads: 1 };
    }
    if (!RECEIVES.has(name) || !this.#connections.has(this.#key(tid, fd))) return undefined;
    if (tid === this.#acceptTid && this.#clonesBeforeAccept === 0) {
      return ONE_THREAD;
    }
    const kind = this.#hasProcesses ? 'processes' : 'threads';
    const threads = this.#clonesBeforeAccept > 0 ? Math.min(MOST_THREADS, this.#clonesBeforeAccept) : MOST_THREADS;
    const summary = `each client gets a ${this.#hasProcesses ? 'process' : 'thread'}`;
    return { architecture: 'pool', name: kind, summary, threads, threadPerClient: this.#clonesBeforeAccept === 0 };
  }

  #mentionsListener({ tid, name, args, words }: SystemCall): boolean {
    if (name.startsWith('epoll')) return this.#listening.size > 0;
    const listeners = [...this.#listening].filter((key) => key.startsWith(`${this.#processOf(tid)}:`));
    return listeners.some((key) => numbersIn(`${args} ${words}`).includes(Number(key.split(':')[1])));
  }

  #followProcesses({ tid, name, phase, args, result }: SystemCall): void {
    if (phase !== 'end' || result < 0) return;
    if (name === 'listen') {
      this.#listening.add(this.#key(tid, descriptorIn(args)));
      // What started processes before was a shell, or a launcher.
      this.#clones = 0;
      this.#hasProcesses = false;
    }
    if (!CLONES.has(name)) return;
    this.#clones += 1;
    const process = this.#processOf(tid);
    if (args.includes('CLONE_FILES')) {
      this.#processes.set(result, process);
      return;
    }
    // A child process has copies of all descriptors.
    this.#hasProcesses = true;
    this.#processes.set(result, result);
    for (const key of [...this.#listening]) {
      const [owner, fd] = key.split(':');
      if (Number(owner) === process) this.#listening.add(`${result}:${fd!}`);
    }
    for (const [key, connection] of [...this.#connections]) {
      const [owner, fd] = key.split(':');
      if (Number(owner) !== process) continue;
      connection.holders.add(result);
      this.#connections.set(`${result}:${fd!}`, connection);
    }
  }

  #processOf(tid: number): number {
    return this.#processes.get(tid) ?? tid;
  }

  #key(tid: number, fd: number): string {
    return `${this.#processOf(tid)}:${fd}`;
  }

  #connectionOf({ tid, timeUs }: SystemCall, fd: number): Connection {
    this.#ordinal += 1;
    return {
      ordinal: this.#ordinal,
      slot: fd,
      holders: new Set([this.#processOf(tid)]),
      conversation: new TracedConversation(),
      acceptedUs: timeUs,
      thread: FIRST_THREAD,
      interest: INTERESTS.read,
    };
  }

  #emit(name: EventName, timeUs: number, thread: number, slot: number, a = 0, b = 0): void {
    this.#events.push({ name, timeUs: Math.round(timeUs - this.startedUs), thread, slot, a, b });
  }

  #translate(call: SystemCall): void {
    const { tid, name, phase, args } = call;
    this.#followProcesses(call);
    if (ACCEPTS.has(name)) this.#accept(call);
    else if (name in SELECTORS) this.#selector(call);
    else if (name === 'epoll_ctl' && phase === 'end') this.#watch(call);
    else if (name === 'exit_group' && phase === 'begin') this.#exit(call);
    else {
      const connection = this.#connections.get(this.#key(tid, descriptorIn(args)));
      if (connection === undefined) return;
      if (RECEIVES.has(name)) this.#receive(call, connection);
      else if (SENDS.has(name)) this.#send(call, connection);
      else if (name === 'close' && phase === 'end') this.#close(call, connection);
    }
  }

  #accept(call: SystemCall): void {
    const { tid, phase, timeUs, args, result } = call;
    if (!this.#listening.has(this.#key(tid, descriptorIn(args)))) return;
    const isPool = this.#style?.architecture === 'pool';
    if (phase === 'begin') {
      if (isPool) this.#emit('ENTER', timeUs, FIRST_THREAD, NO_SLOT, CALL_CODES.accept);
      return;
    }
    if (result < 0) return;
    const connection = this.#connectionOf(call, result);
    if (this.#connections.size === 0) this.#acceptTid = tid;
    this.#connections.set(this.#key(tid, result), connection);
    const port = Number(/htons\((\d+)\)/.exec(args)?.[1] ?? 0);
    this.#emit('ACCEPT', timeUs, FIRST_THREAD, result, connection.ordinal, (result << 16) | port);
    if (isPool) this.#emit('PUT', timeUs, FIRST_THREAD, result, connection.ordinal - 1, 1);
  }

  /** A thread makes its first call for a client: it has it from now on. */
  #serve(tid: number, connection: Connection, timeUs: number): void {
    if (this.#style?.architecture !== 'pool' || connection.thread !== FIRST_THREAD) return;
    const thread = this.#threadOf(tid);
    connection.thread = thread;
    this.#serving.set(thread, connection);
    const waitedMs = Math.round((timeUs - connection.acceptedUs) / 1000);
    this.#emit('TAKE', timeUs, thread, connection.slot, connection.ordinal - 1, waitedMs);
    // Its only thread accepts nobody meanwhile: others wait in the backlog.
    if (this.#style.threads === 1) this.#emit('ENTER', timeUs, FIRST_THREAD, NO_SLOT, CALL_CODES.put);
  }

  #threadOf(tid: number): number {
    const { threads } = this.#style!;
    const known = this.#threads.get(tid);
    if (known !== undefined && !this.#serving.has(known)) return known;
    const free = Array.from({ length: threads }, (_, index) => index + 1).find((index) => !this.#serving.has(index));
    const thread = free ?? threads;
    this.#threads.set(tid, thread);
    return thread;
  }

  #receive(call: SystemCall, connection: Connection): void {
    const { tid, phase, timeUs, args, result, error } = call;
    const { slot } = connection;
    this.#serve(tid, connection, timeUs);
    const { thread } = connection;
    const asked = lengthIn(args);
    if (phase === 'begin') {
      if (thread !== FIRST_THREAD) this.#emit('ENTER', timeUs, thread, slot, CALL_CODES.recv, asked);
      return;
    }
    if (error === 'ECONNRESET') this.#emit('BROKEN', timeUs, thread, slot);
    else if (error === 'EAGAIN') this.#emit('RECV', timeUs, thread, slot, WOULD_BLOCK, asked);
    if (error !== '' || result < 0) return;
    this.#emit('RECV', timeUs, thread, slot, result, asked);
    this.#say(connection.conversation.received(bytesIn(args).slice(0, result)), connection, timeUs);
  }

  #send(call: SystemCall, connection: Connection): void {
    const { tid, phase, timeUs, args, result, error } = call;
    const { slot } = connection;
    this.#serve(tid, connection, timeUs);
    const { thread } = connection;
    const offered = lengthIn(args);
    if (phase === 'begin') {
      if (thread !== FIRST_THREAD) this.#emit('ENTER', timeUs, thread, slot, CALL_CODES.send, offered);
      return;
    }
    if (error === 'EPIPE' || error === 'ECONNRESET') this.#emit('BROKEN', timeUs, thread, slot);
    else if (error === 'EAGAIN') this.#emit('SEND', timeUs, thread, slot, 0, offered);
    if (error !== '' || result < 0) return;
    this.#say(connection.conversation.sent(result, bytesIn(args)), connection, timeUs);
    this.#emit('SEND', timeUs, thread, slot, result, offered);
  }

  #say(notes: readonly Note[], { thread, slot }: Connection, timeUs: number): void {
    for (const note of notes) {
      if (note.is === 'asked') this.#emit('ASKED', timeUs, thread, slot, note.a, note.b);
      else if (note.is === 'counted') this.#emit('COUNTED', timeUs, thread, slot, note.n);
      else if (note.is === 'refused') this.#emit('REFUSE', timeUs, thread, slot, note.code);
      else this.#emit('SUM', timeUs, thread, slot, note.right ? 1 : 0);
    }
  }

  #close({ tid, timeUs, args }: SystemCall, connection: Connection): void {
    this.#letGo(this.#processOf(tid), descriptorIn(args), connection, timeUs);
  }

  /** The kernel closes all descriptors of a process that ends. */
  #exit({ tid, timeUs }: SystemCall): void {
    const process = this.#processOf(tid);
    for (const [key, connection] of [...this.#connections]) {
      const [owner, fd] = key.split(':').map(Number) as [number, number];
      if (owner === process) this.#letGo(process, fd, connection, timeUs);
    }
  }

  /** A process has closed its descriptor: the connection ends when no other process has one. */
  #letGo(process: number, fd: number, connection: Connection, timeUs: number): void {
    this.#connections.delete(`${process}:${fd}`);
    connection.holders.delete(process);
    if (connection.holders.size > 0) return;
    const { thread, slot, conversation } = connection;
    this.#emit('CLOSE', timeUs, thread, slot, 0, conversation.exchanges);
    if (this.#serving.get(thread) === connection) this.#serving.delete(thread);
  }

  #selector(call: SystemCall): void {
    if (this.#style?.architecture !== 'loop' || !this.#mentionsListener(call)) return;
    const { tid, phase, timeUs, name, args, words, result } = call;
    if (phase === 'begin') {
      // 1: the time is exact.
      this.#emit('ENTER', timeUs, FIRST_THREAD, NO_SLOT, CALL_CODES.select, 1);
      return;
    }
    if (!name.startsWith('epoll')) this.#watchAll(tid, args, timeUs);
    if (result < 0) return;
    const ready = name.startsWith('epoll') ? this.#epollReady(tid, args) : readyIn(name, words);
    const isListener = (fd: number): boolean => this.#listening.has(this.#key(tid, fd));
    const flags = ready.in.some(isListener) ? TURN_FLAGS.s0 : 0;
    this.#turn += 1;
    this.#emit('TURN', timeUs, FIRST_THREAD, flags, this.#turn, 0);
    for (const [kind, fds] of [
      ['IN', ready.in.filter((fd) => !isListener(fd))],
      ['OUT', ready.out],
    ] as const) {
      for (const [word, low, high] of bitsOf(fds)) this.#emit(kind, timeUs, FIRST_THREAD, word, low, high);
    }
  }

  /** What select or poll watches the sockets for. */
  #watchAll(tid: number, args: string, timeUs: number): void {
    const watched = watchedIn(args);
    for (const [key, connection] of this.#connections) {
      const [owner, fd] = key.split(':').map(Number) as [number, number];
      if (owner !== this.#processOf(tid)) continue;
      const interest =
        (watched.in.includes(fd) ? INTERESTS.read : 0) | (watched.out.includes(fd) ? INTERESTS.write : 0);
      this.#setInterest(connection, interest, timeUs);
    }
  }

  #watch({ tid, args, timeUs }: SystemCall): void {
    const change = epollChangeIn(args);
    if (change === undefined) return;
    const { fd, data, isRemoved, reads, writes } = change;
    if (data !== undefined) this.#epollData.set(`${this.#processOf(tid)}:${data}`, fd);
    const connection = this.#connections.get(this.#key(tid, fd));
    if (connection === undefined) return;
    const watched = (reads ? INTERESTS.read : 0) | (writes ? INTERESTS.write : 0);
    this.#setInterest(connection, isRemoved ? INTERESTS.none : watched, timeUs);
  }

  /** A socket that is watched for both counts as watched for sending: that is what it waits for. */
  #setInterest(connection: Connection, interest: number, timeUs: number): void {
    const shown = (interest & INTERESTS.write) !== 0 ? INTERESTS.write : interest;
    if (shown === connection.interest) return;
    connection.interest = shown;
    this.#emit('WATCH', timeUs, FIRST_THREAD, connection.slot, shown);
  }

  #epollReady(tid: number, args: string): Ready {
    const process = this.#processOf(tid);
    return epollReadyIn(args, (data) => this.#epollData.get(`${process}:${data}`) ?? Number(data));
  }
}
