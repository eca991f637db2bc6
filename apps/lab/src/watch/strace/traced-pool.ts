/**
 * A server with blocking calls as lanes: each thread, or process, that serves has one.
 *
 * Either one thread accepts, and others take the clients; or each thread accepts its own. A server with a single thread is
 * of the second kind.
 */
import { CALL_CODES, NO_SLOT } from '@concurrent-primes/trace';
import { watchedIn } from './call-arguments.ts';
import type { Connection } from './open-files.ts';
import { emitAccept, emitTake, type Served, type ServedConnections } from './served-connection.ts';
import type { SystemCall } from './strace-lines.ts';
import type { Lane, TracedEvents } from './traced-events.ts';
import type { TracedProcesses } from './traced-processes.ts';

/** How a way of serving becomes lanes. */
export interface TracedLanes {
  /** A thread calls accept. */
  enterAccept(call: SystemCall): void;
  /** A thread has accepted a connection. */
  accepted(call: SystemCall, connection: Connection): void;
  /** A thread asks which sockets are ready, or has the answer. */
  selector(call: SystemCall): void;
  /** An epoll instance watches other sockets. */
  watch(call: SystemCall): void;
  /** A thread calls recv or send: it has the connection from now on. */
  touch(call: SystemCall, served: Served): void;
}

/** Threads that block. */
export class TracedPool implements TracedLanes {
  readonly #events: TracedEvents;
  readonly #processes: TracedProcesses;
  readonly #served: ServedConnections;
  readonly #acceptsItself: boolean;

  /** @param acceptsItself - whether each thread accepts the clients that it serves */
  constructor(events: TracedEvents, processes: TracedProcesses, served: ServedConnections, acceptsItself: boolean) {
    this.#events = events;
    this.#processes = processes;
    this.#served = served;
    this.#acceptsItself = acceptsItself;
  }

  enterAccept({ tid, timeUs }: SystemCall): void {
    this.#events.emit('ENTER', timeUs, this.#accepting(tid, timeUs).index, NO_SLOT, CALL_CODES.accept);
  }

  accepted({ tid, timeUs }: SystemCall, connection: Connection): void {
    const lane = this.#accepting(tid, timeUs);
    const served = this.#served.add(connection, lane);
    emitAccept(this.#events, served, timeUs);
    if (this.#acceptsItself) lane.serves = connection.ordinal;
    else this.#events.emit('PUT', timeUs, lane.index, served.slot, connection.ordinal - 1, 1);
  }

  /** A thread that asks about one socket waits with a time limit: for a client, or for the client's bytes. */
  selector(call: SystemCall): void {
    const { tid, phase, timeUs, args } = call;
    if (phase === 'end') return;
    const watched = watchedIn(args);
    const [fd, ...others] = new Set([...watched.in, ...watched.out]);
    if (fd === undefined || others.length > 0) return;
    if (this.#processes.isListener(tid, fd)) this.enterAccept(call);
    const served = this.#served.get(this.#processes.connection(tid, fd));
    if (served === undefined) return;
    this.touch(call, served);
    const waitsFor = watched.in.includes(fd) ? CALL_CODES.recv : CALL_CODES.send;
    this.#events.emit('ENTER', timeUs, served.lane.index, served.slot, waitsFor);
  }

  watch(): void {
    // Its threads don't wait in epoll.
  }

  touch({ tid, timeUs }: SystemCall, served: Served): void {
    const lane = this.#laneOf(tid, timeUs);
    if (served.lane === lane) return;
    emitTake(this.#events, served, lane, timeUs);
    lane.serves = served.connection.ordinal;
  }

  /** The lane of a thread that serves. Those that wait beside it in the same pool have lanes from then on, too. */
  #laneOf(tid: number, timeUs: number): Lane {
    const known = this.#events.find('pool', tid);
    if (known !== undefined || this.#acceptsItself) return known ?? this.#events.lane('pool', tid, timeUs);
    for (const sibling of this.#processes.siblings(tid)) this.#events.lane('pool', sibling, timeUs);
    return this.#events.find('pool', tid)!;
  }

  #accepting(tid: number, timeUs: number): Lane {
    return this.#events.lane(this.#acceptsItself ? 'pool' : 'accept', tid, timeUs);
  }
}
