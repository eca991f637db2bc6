/**
 * A server of loops as lanes: each thread that waits in select, poll or epoll for the server's sockets has one.
 *
 * A connection belongs to the loop that watches it, or that has read from it last. A thread that only accepts, and hands
 * connections to loops, has a lane of its own.
 */
import { CALL_CODES, INTERESTS, NO_SLOT, TURN_FLAGS } from '@concurrent-primes/trace';
import { bitsOf, descriptorIn, epollChangeIn, epollReadyIn, type Ready, readyIn, watchedIn } from './call-arguments.ts';
import type { Connection } from './open-files.ts';
import { emitAccept, emitTake, type Served, type ServedConnections } from './served-connection.ts';
import type { SystemCall } from './strace-lines.ts';
import { SELECTORS } from './traced-calls.ts';
import type { Lane, TracedEvents } from './traced-events.ts';
import type { TracedLanes } from './traced-pool.ts';
import type { TracedProcesses } from './traced-processes.ts';

/** Event loops. */
export class TracedLoops implements TracedLanes {
  readonly #events: TracedEvents;
  readonly #processes: TracedProcesses;
  readonly #served: ServedConnections;

  constructor(events: TracedEvents, processes: TracedProcesses, served: ServedConnections) {
    this.#events = events;
    this.#processes = processes;
    this.#served = served;
  }

  enterAccept({ tid, timeUs }: SystemCall): void {
    const lane = this.#events.find('accept', tid);
    if (lane !== undefined) this.#events.emit('ENTER', timeUs, lane.index, NO_SLOT, CALL_CODES.accept);
  }

  accepted({ tid, timeUs }: SystemCall, connection: Connection): void {
    const lane = this.#events.find('loop', tid) ?? this.#events.lane('accept', tid, timeUs);
    emitAccept(this.#events, this.#served.add(connection, lane), timeUs);
  }

  selector(call: SystemCall): void {
    const { tid, name, phase, timeUs, args, result } = call;
    const selector = SELECTORS[name]!;
    const epoll = selector === 'epoll' ? this.#processes.epoll(tid, descriptorIn(args)) : undefined;
    if (epoll !== undefined) epoll.waiter = tid;
    const watched = selector === 'epoll' ? undefined : watchedIn(args);
    const ready = phase === 'begin' || result < 0 ? NOTHING : this.#readyIn(call);
    const lane = this.#laneOf(call, [watched, ready]);
    if (lane === undefined) return;
    if (phase === 'begin') {
      // 1: the time is exact.
      this.#events.emit('ENTER', timeUs, lane.index, NO_SLOT, CALL_CODES.select, 1);
      return;
    }
    if (watched !== undefined) this.#watchAll(call, watched, lane);
    if (result < 0) return;
    lane.turn += 1;
    const isListener = (fd: number): boolean => this.#processes.isListener(tid, fd);
    const flags = ready.in.some(isListener) ? TURN_FLAGS.s0 : 0;
    const [readable, writable] = [this.#slotsOf(call, ready.in, lane), this.#slotsOf(call, ready.out, lane)];
    this.#events.emit('TURN', timeUs, lane.index, flags, lane.turn, 0);
    for (const [word, low, high] of bitsOf(readable)) this.#events.emit('IN', timeUs, lane.index, word, low, high);
    for (const [word, low, high] of bitsOf(writable)) this.#events.emit('OUT', timeUs, lane.index, word, low, high);
  }

  watch({ tid, args, timeUs }: SystemCall): void {
    const change = epollChangeIn(args);
    const served = this.#served.get(this.#processes.connection(tid, change?.fd ?? -1));
    if (change === undefined || served === undefined) return;
    const waiter = this.#processes.epoll(tid, change.epoll)?.waiter;
    // Another thread's epoll instance may get the connection.
    if (change.isAdded && waiter !== undefined) this.#give(served, this.#events.lane('loop', waiter, timeUs), timeUs);
    const watched = (change.reads ? INTERESTS.read : 0) | (change.writes ? INTERESTS.write : 0);
    this.#setInterest(served, change.isRemoved ? INTERESTS.none : watched, timeUs);
  }

  touch({ tid, timeUs }: SystemCall, served: Served): void {
    const lane = this.#events.find('loop', tid);
    if (lane !== undefined) this.#give(served, lane, timeUs);
  }

  /** The lane of a loop; undefined for a thread that waits for something else, such as a timer or a child. */
  #laneOf({ tid, timeUs }: SystemCall, sets: readonly (Ready | undefined)[]): Lane | undefined {
    const known = this.#events.find('loop', tid);
    if (known !== undefined) return known;
    const fds = sets.flatMap((set) => (set === undefined ? [] : [...set.in, ...set.out]));
    const isOurs = (fd: number): boolean =>
      this.#processes.isListener(tid, fd) || this.#processes.connection(tid, fd) !== undefined;
    return fds.some(isOurs) ? this.#events.lane('loop', tid, timeUs) : undefined;
  }

  #readyIn({ tid, name, args, words }: SystemCall): Ready {
    const selector = SELECTORS[name]!;
    if (selector !== 'epoll') return readyIn(selector, words);
    const data = this.#processes.epoll(tid, descriptorIn(args))?.data;
    // A loop that registers sockets in a way that strace doesn't show reports the descriptors themselves.
    return epollReadyIn(args, (key) => data?.get(key) ?? Number(key));
  }

  /** The numbers in events of sockets that are ready for a loop: it has them from now on. */
  #slotsOf({ tid, timeUs }: SystemCall, fds: readonly number[], lane: Lane): number[] {
    return fds.flatMap((fd) => {
      const served = this.#served.get(this.#processes.connection(tid, fd));
      if (served === undefined) return [];
      this.#give(served, lane, timeUs);
      return [served.slot];
    });
  }

  /** What select or poll watches the sockets for. */
  #watchAll({ tid, timeUs }: SystemCall, watched: Ready, lane: Lane): void {
    for (const [fd, connection] of this.#processes.files.connectionsOf(this.#processes.processOf(tid))) {
      const served = this.#served.get(connection)!;
      const interest =
        (watched.in.includes(fd) ? INTERESTS.read : 0) | (watched.out.includes(fd) ? INTERESTS.write : 0);
      if (interest !== INTERESTS.none) this.#give(served, lane, timeUs);
      if (served.lane === lane) this.#setInterest(served, interest, timeUs);
    }
  }

  #give(served: Served, lane: Lane, timeUs: number): void {
    if (served.lane === lane) return;
    served.interest = INTERESTS.read;
    emitTake(this.#events, served, lane, timeUs);
  }

  /** A socket that is watched for both counts as watched for sending: that is what it waits for. */
  #setInterest(served: Served, interest: number, timeUs: number): void {
    const shown = (interest & INTERESTS.write) !== 0 ? INTERESTS.write : interest;
    if (shown === served.interest) return;
    served.interest = shown;
    this.#events.emit('WATCH', timeUs, served.lane.index, served.slot, shown);
  }
}

const NOTHING: Ready = { in: [], out: [] };
