/**
 * A client that misbehaves: plays the script of a member of the zoo over a non-blocking socket, rests, and comes again.
 *
 * Each step of the script becomes what the reactor can wait for: readiness, or a while. A member that makes several
 * connections a visit has a player for each of those that it makes at once.
 */
import { ProtocolError } from '@concurrent-primes/protocol';
import { NONE, READ, SocketError, WOULD_BLOCK, WRITE } from '@concurrent-primes/sockets';
import { NOTHING, type Script, type Step, type ZooMember } from '@concurrent-primes/zoo';
import type { Connection } from './connection.ts';
import type { ClientSurroundings } from './good-client.ts';

/** The rest between two visits: so it is a client that misbehaves, and not a hundred. */
const REST_MS = 10;

/** What it shares with others. */
export type PlayerSurroundings = Pick<ClientSurroundings, 'plan' | 'reactor' | 'recorder' | 'connect' | 'buffer'>;

/**
 * Begins to misbehave.
 *
 * @param member - of the zoo
 * @param surroundings - see {@link PlayerSurroundings}
 * @returns what ends it, to be called once
 */
export function misbehave(member: ZooMember, surroundings: PlayerSurroundings): () => void {
  const players = Array.from({ length: member.atOnce }, () => new Player(member, surroundings));
  for (const player of players) player.visit();
  return () => {
    for (const player of players) player.stop();
  };
}

/**
 * What the server or the machine did wrong.
 *
 * @param error - anything caught
 * @throws the error, if it is neither's but our own
 */
function failureIn(error: unknown): SocketError | ProtocolError {
  if (error instanceof SocketError || error instanceof ProtocolError) return error;
  throw error;
}

/** Plays on one connection after the other. */
class Player {
  readonly #member: ZooMember;
  readonly #our: PlayerSurroundings;
  #script: Script | undefined;
  #connection: Connection | undefined;
  #isConnected = false;
  #isStopped = false;
  /** The step under way, and what is left of it. */
  #step: Step = { do: 'end' };
  #unsent: Uint8Array = NOTHING;
  /** Connections of this visit so far. */
  #made = 0;

  constructor(member: ZooMember, surroundings: PlayerSurroundings) {
    this.#member = member;
    this.#our = surroundings;
  }

  visit(): void {
    if (this.#isStopped) return;
    this.#made++;
    try {
      const { reactor, connect, plan } = this.#our;
      this.#script = this.#member.script({ greeting: plan.greeting });
      this.#isConnected = false;
      this.#connection = connect();
      reactor.watch(this.#connection.descriptor, WRITE, this.#onReady);
    } catch (error) {
      this.#leave(failureIn(error));
    }
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#connection !== undefined) this.#leave();
  }

  readonly #onReady = (): void => {
    try {
      if (!this.#isConnected) {
        this.#isConnected = this.#connection!.finishConnect();
        if (this.#isConnected) this.#continue(NOTHING);
      } else if (this.#step.do === 'send') this.#send();
      else if (this.#step.do === 'receive') this.#receive(this.#step.maxBytes);
      else if (this.#step.do === 'drain') this.#drain();
    } catch (error) {
      this.#leave(failureIn(error));
    }
  };

  /** Goes on until there is something to wait for, or nothing more to do. */
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

  /** Begins a step; returns whether it is over already. */
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
    this.#our.reactor.after(pauseMs, () => {
      // Meanwhile it may have been stopped.
      if (this.#connection !== connection) return;
      try {
        this.#continue(NOTHING);
      } catch (error) {
        this.#leave(failureIn(error));
      }
    });
  }

  #send(): void {
    if (this.#sendMore()) this.#continue(NOTHING);
  }

  /** Sends what there is room for; returns whether that was all. */
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
    const { buffer } = this.#our;
    const received = this.#connection!.recv(buffer, Math.min(maxBytes, buffer.length));
    if (received !== WOULD_BLOCK) this.#continue(buffer.subarray(0, received));
  }

  #drain(): void {
    let received: number;
    try {
      received = this.#connection!.recv(this.#our.buffer);
    } catch (error) {
      // Also a reset is an end.
      if (!(error instanceof SocketError)) throw error;
      received = 0;
    }
    if (received === 0) this.#continue(NOTHING);
  }

  #watch(interest: number): void {
    this.#our.reactor.change(this.#connection!.descriptor, interest);
  }

  /** The visit is over; the next begins after a rest, or at once if it is made of several connections. */
  #leave(failure?: SocketError | ProtocolError): void {
    const { reactor, recorder } = this.#our;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) {
      reactor.unwatch(connection.descriptor);
      connection.close();
    }
    recorder.visited(this.#member.name, failure !== undefined, reactor.now());
    const { connections, atOnce } = this.#member;
    const isOver = failure !== undefined || this.#made >= connections / atOnce;
    if (isOver) this.#made = 0;
    reactor.after(isOver ? REST_MS : 0, () => {
      this.visit();
    });
  }
}
