/**
 * Finds out how a server serves, from the calls that it makes until its first client is served.
 *
 * | what it does first for a client                                        | what it is                              |
 * | ---------------------------------------------------------------------- | --------------------------------------- |
 * | asks with select, poll or epoll about the connection and other sockets | a loop, or several                      |
 * | receives in the thread that has accepted                               | one thread, or several that all accept  |
 * | receives in a thread that was there before the client                  | a pool with a queue                     |
 * | receives in a thread that has started since                            | a thread, or process, for each client   |
 *
 * A poll of one socket is no loop: that is how Python and others wait with a time limit.
 */
import { descriptorIn, epollReadyIn, watchedIn } from './call-arguments.ts';
import type { Connection } from './open-files.ts';
import type { SystemCall } from './strace-lines.ts';
import { ACCEPTS, CLONES, RECEIVES, type Selector, SELECTORS, SENDS } from './traced-calls.ts';
import { TracedProcesses } from './traced-processes.ts';

/** How a server serves. */
export interface ServingStyle {
  readonly architecture: 'loop' | 'pool';
  /** The selector, or what serves: `one thread`, `threads`, `processes`. */
  readonly name: string;
  /** How it serves, in a few words. */
  readonly summary: string;
  /** Whether each thread accepts the clients that it serves. */
  readonly acceptsItself: boolean;
  /** Whether a thread, or a process, starts for a client. */
  readonly threadPerClient: boolean;
}

const NO_LOOP = { architecture: 'pool', acceptsItself: false, threadPerClient: false } as const;

/** A server that serves one client after the other. */
export const ONE_THREAD: ServingStyle = {
  ...NO_LOOP,
  name: 'one thread',
  summary: 'one client at a time',
  acceptsItself: true,
};

/** Looks at calls until the style is known. */
export class StyleFinder {
  readonly #processes = new TracedProcesses();
  /** Threads that have called accept. */
  readonly #accepting = new Set<number>();
  /** Threads that have called listen: several of them share a port. */
  readonly #listening = new Set<number>();
  /** Number of threads and processes that were started since the server listens. */
  #started = 0;
  /** A thread that accepts and serves, while it isn't known whether others do so too. */
  #serving: SystemCall | undefined;

  /** Takes the next call. Returns the style once it is known. */
  take(call: SystemCall): ServingStyle | undefined {
    const { tid, name, phase, args, result } = call;
    this.#processes.follow(call);
    if (name === 'listen' && phase === 'end') this.#listening.add(tid);
    if (this.#listening.size > 0 && CLONES.has(name) && phase === 'end' && result > 0) this.#started += 1;
    const selector = SELECTORS[name];
    if (selector !== undefined && this.#isLoop(call, selector)) return loopOver(selector);
    if (ACCEPTS.has(name) && this.#processes.isListener(tid, descriptorIn(args))) this.#accepting.add(tid);
    if (this.#serving !== undefined && this.#accepting.size > 1) return this.#acceptors(this.#serving);
    if (!RECEIVES.has(name) && !SENDS.has(name)) return undefined;
    const connection = this.#processes.connection(tid, descriptorIn(args));
    return connection === undefined ? undefined : this.#served(call, connection);
  }

  #isLoop({ tid, phase, args, result }: SystemCall, selector: Selector): boolean {
    if (selector === 'epoll') {
      if (phase === 'begin' || result <= 0) return false;
      const data = this.#processes.epoll(tid, descriptorIn(args))?.data;
      const ready = epollReadyIn(args, (key) => data?.get(key) ?? Number(key));
      return [...ready.in, ...ready.out].some((fd) => this.#processes.connection(tid, fd) !== undefined);
    }
    const watched = watchedIn(args);
    const all = [...watched.in, ...watched.out];
    return (
      all.some((fd) => this.#processes.connection(tid, fd) !== undefined) && (all.length > 1 || selector === 'select')
    );
  }

  #served(call: SystemCall, connection: Connection): ServingStyle | undefined {
    const { tid } = call;
    if (tid === connection.acceptedBy) {
      if (this.#accepting.size > 1) return this.#acceptors(call);
      const isAlone = this.#started === 0 && this.#listening.size === 1;
      this.#serving = call;
      return isAlone ? ONE_THREAD : undefined;
    }
    const isProcess = this.#processes.isChild(tid);
    const [one, name] = isProcess ? ['process', 'processes'] : ['thread', 'threads'];
    if (this.#processes.startedUs(tid) >= connection.acceptedUs) {
      return { ...NO_LOOP, name, summary: `each client gets a ${one}`, threadPerClient: true };
    }
    return { ...NO_LOOP, name, summary: `${name} that wait for clients in a queue` };
  }

  #acceptors({ tid }: SystemCall): ServingStyle {
    const [one, name] = this.#processes.isChild(tid) ? ['process', 'processes'] : ['thread', 'threads'];
    return { ...NO_LOOP, name, summary: `each ${one} accepts its own clients`, acceptsItself: true };
  }
}

function loopOver(selector: Selector): ServingStyle {
  return {
    architecture: 'loop',
    name: selector,
    summary: 'a loop serves many clients in one thread',
    acceptsItself: true,
    threadPerClient: false,
  };
}
