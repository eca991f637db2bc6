/**
 * One client of the net server. Each callback of its stream performs verbs until one has to wait; then the event loop
 * continues with other clients.
 */
import type { Socket } from 'node:net';
import {
  ADDRESS_FULL,
  type Connection,
  type RefusedClients,
  type ServerThread,
  Waiter,
} from '@concurrent-primes/server-core';
import type { TimerDeadlines } from './timer-deadlines.ts';

/** Callbacks without bytes, for viewers: the stream has closed, a write is complete, the client has its next turn. */
const CLOSED = -1;
const WRITTEN = -2;
const COMPUTES = -3;

/**
 * The most messages of one client in a turn of the event loop: a client that sends ahead may have thousands in the stream.
 * The callbacks of its writes come before those of other clients, so they belong to the same turn.
 */
const MESSAGES_PER_TURN = 16;

/** The end of the client's sending. */
const END = new Uint8Array(0);

export class NetClient extends Waiter {
  readonly #socket: Socket;
  readonly #thread: ServerThread<object>;
  readonly #deadlines: TimerDeadlines;
  readonly #connection: Connection;
  readonly #left: () => void;
  /** Bytes that have arrived and that the session can't take before it has sent. */
  #unread: Uint8Array = END;
  #ended = false;
  /** Refused clients that are waited for, while it is one of them. */
  #refused: RefusedClients | undefined;
  /** Whether it was refused and is not waited for. */
  #isTurnedAway = false;
  /** Messages taken in this turn. */
  #taken = 0;
  /** Whether it goes on after other clients had their turn. */
  #waitsForTurn = false;

  /**
   * @param refused - refused clients of this thread that are waited for
   * @param left - called when its connection is closed
   */
  constructor(
    socket: Socket,
    thread: ServerThread<object>,
    deadlines: TimerDeadlines,
    refused: RefusedClients,
    left: () => void,
  ) {
    super();
    this.#socket = socket;
    this.#thread = thread;
    this.#deadlines = deadlines;
    this.#left = left;
    const transport = transportOf(socket);
    const address = thread.admitAddress(transport);
    const hasPlace = (): boolean => thread.admit() || (deadlines.makeRoom(thread.data.evictAfterMs) && thread.admit());
    const admitted = address !== ADDRESS_FULL && hasPlace();
    this.#connection = thread.openOn(transport, { admitted, address });
    if (!admitted) {
      this.#connection.refuse('busy');
      if (refused.enter()) this.#refused = refused;
      else this.#isTurnedAway = true;
    }
    socket.on('data', (bytes: Uint8Array) => {
      thread.beforeCallback(this.#connection, bytes.length);
      this.#arrived(bytes);
    });
    socket.on('end', () => {
      thread.beforeCallback(this.#connection, 0);
      this.#ended = true;
      this.goOn();
    });
    // 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      thread.beforeCallback(this.#connection, CLOSED);
      if (this.#connection.next !== 'close') this.#connection.lost();
      this.#close();
      thread.afterCallback();
    });
  }

  /** Performs verbs until one has to wait. */
  goOn(): void {
    const connection = this.#connection;
    while (!this.#waitsForTurn) {
      const { next } = connection;
      if (next === 'receive' && (this.#unread.length > 0 || this.#ended)) {
        this.#taken += 1;
        if (this.#taken > MESSAGES_PER_TURN) {
          this.#goOnLater();
          break;
        }
        const taken = connection.received(this.#unread.subarray(0, connection.expects));
        this.#unread = this.#unread.subarray(taken);
      } else if (next === 'work') {
        connection.work();
        // Other clients get their turn before the next slice.
        if (connection.next === 'work') this.#goOnLater();
      } else if (next === 'send') this.#write();
      else break;
    }
    this.#settle();
    this.#thread.afterCallback();
  }

  drain(): void {
    this.#connection.drain();
    this.goOn();
  }

  expire(): void {
    this.#connection.expire();
    this.goOn();
  }

  evict(): void {
    this.#thread.evict(this.#connection);
    this.goOn();
  }

  /** Ends the connection, with a refusal if no answer has begun. */
  cut(): void {
    if (this.#connection.refuse('shutting-down') && this.#connection.next === 'send') this.#write();
    this.#close('shutdown');
  }

  #arrived(bytes: Uint8Array): void {
    this.#taken = 0;
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    this.goOn();
  }

  /** Writes the next bytes; the callback confirms that the kernel has taken them. */
  #write(): void {
    const { sendBuffer } = this.#thread;
    const count = this.#connection.fill(sendBuffer.bytes);
    if (count === 0) {
      this.#goOnLater();
      return;
    }
    // A copy: the stream keeps bytes that the kernel doesn't take at once, and other clients use the buffer meanwhile.
    this.#socket.write(Buffer.copyBytesFrom(sendBuffer.bytes, 0, count), (error) => {
      if (error !== undefined && error !== null) return; // 'close' follows
      this.#thread.beforeCallback(this.#connection, WRITTEN);
      this.#connection.sent(count);
      this.goOn();
    });
  }

  #goOnLater(): void {
    this.#waitsForTurn = true;
    setImmediate(() => {
      this.#waitsForTurn = false;
      this.#taken = 0;
      this.#thread.beforeCallback(this.#connection, COMPUTES);
      this.goOn();
    });
  }

  /** Updates the stream and the time limit to what the client waits for. */
  #settle(): void {
    const { next } = this.#connection;
    if (next === 'close') {
      this.#close();
      return;
    }
    // The refusal is written: the stream ends, and closes once the kernel has taken it.
    if (this.#isTurnedAway && next === 'receive') this.#socket.destroySoon();
    // Further bytes of a client that sends early stay in the kernel.
    const ahead = this.#unread.length > 0;
    if (ahead !== this.#socket.isPaused()) {
      if (ahead) this.#socket.pause();
      else this.#socket.resume();
    }
    if (next === 'work') this.#deadlines.stop(this);
    else this.#deadlines.wait(this, this.#connection);
  }

  #close(cause?: 'shutdown'): void {
    if (this.#connection.closed) return;
    this.#deadlines.stop(this);
    this.#refused?.leave();
    this.#thread.close(this.#connection, cause);
    this.#left();
  }
}

function transportOf(socket: Socket): Parameters<ServerThread<object>['openOn']>[0] {
  return {
    rememberPeer: () => socket.remoteAddress, // the stream caches it
    peerAddress: () => {
      const { remoteAddress: host, remotePort: port, remoteFamily } = socket;
      if (host === undefined || port === undefined)
        throw new Error('cannot get the address: the client must be connected, got a lost connection');
      return { host, port, family: remoteFamily === 'IPv6' ? 'IPv6' : 'IPv4' };
    },
    // All bytes in flight were taken by the kernel, or the connection is lost or cut.
    close: (reset) => {
      if (reset) socket.resetAndDestroy();
      else socket.destroy();
    },
  };
}
