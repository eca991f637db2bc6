/**
 * A client that misbehaves: plays the script of a member of the zoo over a non-blocking socket, rests, and repeats.
 *
 * Each step of the script becomes an event that the reactor can wait for. A member that has several connections at once
 * has a player for each.
 */
import { ProtocolError } from '@concurrent-primes/protocol';
import { NONE, READ, SocketError, WOULD_BLOCK, WRITE } from '@concurrent-primes/sockets';
import { NOTHING, type Script, type Step, type ZooMember } from '@concurrent-primes/zoo';
import type { ClientContext } from './good-client.ts';
import type { LoadConnection } from './load-connection.ts';

/** Rest between two visits, so that one client does not act like a hundred. */
const REST_MS = 10;

/** What the players of one thread share. */
export type PlayerContext = Pick<ClientContext, 'plan' | 'reactor' | 'recorder' | 'connect' | 'buffer'>;

/**
 * Starts a misbehaving client.
 *
 * @param member - of the zoo
 * @param context - see {@link PlayerContext}
 * @returns a function that stops it, to be called once
 */
export function misbehave(member: ZooMember, context: PlayerContext): () => void {
  const players = Array.from({ length: member.atOnce }, () => new Player(member, context));
  for (const player of players) player.visit();
  return () => {
    for (const player of players) player.stop();
  };
}

/** Plays a script on one connection after the other. */
class Player {
  readonly #member: ZooMember;
  readonly #context: PlayerContext;
  #script: Script | undefined;
  #connection: LoadConnection | undefined;
  #isConnected = false;
  #isStopped = false;
  /** The step under way, and its unsent bytes. */
  #step: Step = { do: 'end' };
  #unsent: Uint8Array = NOTHING;
  /** Number of connections in this visit. */
  #made = 0;

  constructor(member: ZooMember, context: PlayerContext) {
    this.#member = member;
    this.#context = context;
  }

  visit(): void {
    if (this.#isStopped) return;
    this.#made++;
    this.#attempt(() => {
      const { reactor, connect, plan } = this.#context;
      this.#script = this.#member.script({ greeting: plan.greeting });
      this.#isConnected = false;
      this.#connection = connect();
      reactor.watch(this.#connection.descriptor, WRITE, this.#onReady);
    });
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#connection !== undefined) this.#leave();
  }

  readonly #onReady = (): void => {
    this.#attempt(() => {
      if (!this.#isConnected) {
        this.#isConnected = this.#connection!.finishConnect();
        if (this.#isConnected) this.#continue(NOTHING);
      } else if (this.#step.do === 'send') {
        if (this.#sendMore()) this.#continue(NOTHING);
      } else if (this.#step.do === 'receive') this.#receive(this.#step.maxBytes);
      else if (this.#step.do === 'drain') this.#drain();
    });
  };

  /** Ends the visit if the server or the machine fails; faults of this program are thrown. */
  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof SocketError || error instanceof ProtocolError)) throw error;
      this.#leave(true);
    }
  }

  /** Continues the script until a step has to wait, or to its end. */
  #continue(received: Uint8Array): void {
    let answer = received;
    while (this.#connection !== undefined) {
      const { value: step, done } = this.#script!.next(answer);
      if (done) {
        this.#leave();
        return;
      }
      this.#step = step;
      if (!this.#begin(step)) return;
      answer = NOTHING;
    }
  }

  /** Begins a step; returns whether it is complete. */
  #begin(step: Step): boolean {
    switch (step.do) {
      case 'send':
        this.#unsent = step.bytes;
        return this.#sendMore();
      case 'receive':
      case 'drain':
        this.#watch(READ);
        return false;
      case 'pause':
        this.#watch(NONE);
        this.#pause(step.pauseMs);
        return false;
      case 'hold':
        this.#watch(NONE);
        return false;
      case 'end':
        this.#connection!.shutdown('write');
        return true;
      case 'reset':
        this.#connection!.setLinger(0);
        return true;
    }
  }

  #pause(pauseMs: number): void {
    const connection = this.#connection;
    this.#context.reactor.after(pauseMs, () => {
      // The player may have been stopped meanwhile.
      if (this.#connection !== connection) return;
      this.#attempt(() => {
        this.#continue(NOTHING);
      });
    });
  }

  /** Sends as much as the socket takes; returns whether that was all. */
  #sendMore(): boolean {
    while (this.#unsent.length > 0) {
      const sent = this.#connection!.send(this.#unsent);
      if (sent === WOULD_BLOCK) {
        this.#watch(WRITE);
        return false;
      }
      this.#unsent = this.#unsent.subarray(sent);
    }
    return true;
  }

  #receive(maxBytes: number): void {
    const { buffer } = this.#context;
    const received = this.#connection!.recv(buffer, Math.min(maxBytes, buffer.length));
    if (received !== WOULD_BLOCK) this.#continue(buffer.subarray(0, received));
  }

  #drain(): void {
    let received: number;
    try {
      received = this.#connection!.recv(this.#context.buffer);
    } catch (error) {
      // A reset is an end, too.
      if (!(error instanceof SocketError)) throw error;
      received = 0;
    }
    if (received === 0) this.#continue(NOTHING);
  }

  #watch(interest: number): void {
    this.#context.reactor.change(this.#connection!.descriptor, interest);
  }

  /** Ends the connection. The next one begins immediately if it belongs to the same visit, otherwise after a rest. */
  #leave(isFailed = false): void {
    const { reactor, recorder } = this.#context;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) {
      reactor.unwatch(connection.descriptor);
      connection.close();
    }
    recorder.visited(this.#member.name, isFailed, reactor.now());
    const { connections, atOnce } = this.#member;
    const isOver = isFailed || this.#made >= connections / atOnce;
    if (isOver) this.#made = 0;
    reactor.after(isOver ? REST_MS : 0, () => {
      this.visit();
    });
  }
}
