/**
 * A server that can't be traced, as its clients see it: what they send, and what reaches them. The same page shows it.
 *
 * Why a client waits, only the server knows.
 */
import type { PeerObserver } from '@concurrent-primes/conformance';
import { NO_SLOT } from '@concurrent-primes/trace';
import type { Watchable } from '@concurrent-primes/watch';
import { foreignHeader, NEVER_HELD } from './foreign-server.ts';
import { emitNotes } from './strace/served-connection.ts';
import { TracedConversation } from './strace/traced-conversation.ts';
import { TracedEvents } from './strace/traced-events.ts';

/** Observes clients, and makes them watchable. */
export class OutsideView {
  readonly #events: TracedEvents;
  readonly #startedUs: number;
  readonly #lane: number;
  readonly #slots = new Set<number>();
  #clients = 0;

  constructor() {
    this.#startedUs = nowUs();
    this.#events = new TracedEvents(this.#startedUs);
    this.#lane = this.#events.lane('clients', 0, this.#startedUs).index;
  }

  /**
   * Makes it watchable.
   *
   * @param port - of the server
   * @param why - why the server itself can't be seen: a clause without its full stop
   */
  watchable(port: number, why: string): Watchable {
    return {
      trace: {
        header: foreignHeader(
          { architecture: 'clients', name: 'server', port, options: { unseen: why } },
          this.#startedUs,
        ),
        read: () => this.#events.read(),
        passOver: () => undefined,
        askForSnapshots: () => undefined,
      },
      gate: NEVER_HELD,
    };
  }

  /** Observes one connection. */
  observe(): PeerObserver {
    const conversation = new TracedConversation();
    let slot = NO_SLOT;
    const emit = (name: 'ACCEPT' | 'RECV' | 'SEND' | 'BROKEN' | 'CLOSE', a = 0, b = 0): void => {
      if (slot !== NO_SLOT) this.#events.emit(name, nowUs(), this.#lane, slot, a, b);
    };
    const notes = (found: ReturnType<TracedConversation['received']>): void => {
      emitNotes(this.#events, found, nowUs(), this.#lane, slot);
    };
    const leave = (): void => {
      emit('CLOSE', 0, conversation.exchanges);
      this.#slots.delete(slot);
      slot = NO_SLOT;
    };
    return {
      sent(bytes) {
        emit('RECV', bytes.length, bytes.length);
        notes(conversation.received([...bytes]));
      },
      received(bytes) {
        notes(conversation.sent(bytes.length, [...bytes.subarray(0, HEAD_BYTES)]));
        emit('SEND', bytes.length, bytes.length);
      },
      event: (from, what) => {
        if (what === 'connects') {
          slot = this.#newSlot();
          // No descriptor of the server is known, and no port.
          emit('ACCEPT', (this.#clients += 1), NO_SLOT << 16);
        } else if (from === 'client' && what === 'closes') leave();
        else if (what.startsWith('resets')) {
          emit('BROKEN');
          if (from === 'client') leave();
        } else if (from === 'client' && what.startsWith('ends')) emit('RECV', 0, 0);
      },
      awaitAnswer: () => undefined,
      awaitNothing: () => undefined,
    };
  }

  #newSlot(): number {
    let slot = 0;
    while (this.#slots.has(slot)) slot += 1;
    this.#slots.add(slot);
    return slot;
  }
}

/** N stands in the first bytes of an answer. */
const HEAD_BYTES = 4;

function nowUs(): number {
  return (performance.timeOrigin + performance.now()) * 1000;
}
