/**
 * The session module of the prime service. Each server thread loads it by its URL, so the server packages depend neither
 * on the protocol nor on the sieve.
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
import type { SessionSource, Sessions, WriteNote } from '@concurrent-primes/session';
import { MAX_INT32, PrimeTable, chunkBuffer, usePrimeTable } from '@concurrent-primes/sieve';
import { PrimeAnswer } from './prime-answer.ts';

/** Options of the conversation. */
export interface PrimeSessionOptions {
  /** Memory of the table that all threads share; undefined: each thread sieves what it needs each time. */
  readonly table: PrimeTable['buffer'] | undefined;
  /** Whether each connection begins with the byte `x`. */
  readonly greeting: boolean;
  /** The most integers in an interval; undefined: no limit. */
  readonly maxWidth: number | undefined;
}

/** Size of the memory to send from: enough for N. */
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
 * @param write - writes notes of the sessions
 */
export function createSessions(options: PrimeSessionOptions, write?: WriteNote): Sessions<ExchangeReport, ServerPhase> {
  const { table, greeting, maxWidth } = options;
  if (table !== undefined) usePrimeTable(new PrimeTable(table));
  const answer = (a: number, b: number): PrimeAnswer => new PrimeAnswer(a, b);
  const settings = { answer, greeting, ...(maxWidth !== undefined && { maxWidth }), write };
  const open = (): ServerSession => new ServerSession(settings);
  // Without the limit of the width, which might refuse the rehearsal's intervals.
  rehearse(new ServerSession({ answer, greeting, write }));
  // The sieve's own memory: primes are expanded where send(2) reads them.
  return { open, sendMemory: chunkBuffer };
}

/**
 * Runs a conversation without a client, so that the first client doesn't wait until V8 has compiled the code: a whole
 * exchange, and the widest interval up to its first primes, since wide intervals are counted in another way.
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
