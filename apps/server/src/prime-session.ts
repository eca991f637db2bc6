/**
 * The session module of the prime service: each server thread loads it by its URL and opens a session for each
 * connection with it. The servers know neither the protocol nor the sieve.
 */
import { extname } from 'node:path';
import {
  type ExchangeReport,
  PRIME_CONVERSATION,
  type ServerPhase,
  ServerSession,
  encodeRequest,
  encodeSum,
} from '@concurrent-primes/protocol';
import type { SessionSource, Sessions } from '@concurrent-primes/session';
import { MAX_INT32, PrimeTable, chunkBuffer, usePrimeTable } from '@concurrent-primes/sieve';
import { PrimeAnswer } from './prime-answer.ts';

/** What can be chosen of the conversation. */
export interface PrimeSessionOptions {
  /** The memory of the table that all threads share; undefined: each thread sieves what it needs each time. */
  readonly table: PrimeTable['buffer'] | undefined;
  /** Whether each connection begins with the byte `x`. */
  readonly greeting: boolean;
  /** The most integers an interval may have; undefined: no limit. */
  readonly maxWidth: number | undefined;
}

/** Any size from 1 on: enough to send N. */
const REHEARSAL_BYTES = 64;

/**
 * Describes this module to a server.
 *
 * @param options - see {@link PrimeSessionOptions}
 */
export function primeSessions(options: PrimeSessionOptions): SessionSource<ExchangeReport, ServerPhase> {
  const module = new URL(`./prime-session${extname(import.meta.url)}`, import.meta.url);
  return { ...PRIME_CONVERSATION, module: module.href, options };
}

/**
 * Called once in each server thread.
 *
 * @param options - see {@link PrimeSessionOptions}
 */
export function createSessions(options: PrimeSessionOptions): Sessions<ExchangeReport, ServerPhase> {
  const { table, greeting, maxWidth } = options;
  if (table !== undefined) usePrimeTable(new PrimeTable(table));
  const answer = (a: number, b: number): PrimeAnswer => new PrimeAnswer(a, b);
  const settings = { answer, greeting, ...(maxWidth !== undefined && { maxWidth }) };
  const open = (): ServerSession => new ServerSession(settings);
  rehearse(open());
  // The sieve's own memory: primes are expanded into what send(2) then takes.
  return { open, sendMemory: chunkBuffer };
}

/**
 * Has a conversation without a client, so that the first client doesn't wait until all this code is compiled: a whole
 * exchange, and the widest interval up to its first primes, which is counted in another way than a narrow one.
 */
function rehearse(session: ServerSession): void {
  const messages = [encodeRequest(100, 200), encodeSum(3167n), encodeRequest(0, MAX_INT32)];
  const into = new Uint8Array(REHEARSAL_BYTES);
  while (messages.length > 0 || session.next === 'work') {
    if (session.next === 'receive') session.receive(messages.shift()!);
    else if (session.next === 'work') session.work();
    else session.sent(session.send(into));
  }
  session.send(into);
  session.close('shutdown');
}
