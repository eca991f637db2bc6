/**
 * The session module of the prime service: each server thread loads it by its URL, and opens a session with it for each
 * connection. The servers know neither the protocol nor the sieve.
 */
import { extname } from 'node:path';
import { OUTCOMES, ServerSession, encodeRequest, encodeSum } from '@concurrent-primes/protocol';
import type { Session, SessionSource } from '@concurrent-primes/server-core';
import { MAX_INT32, PrimeTable, chunkBuffer, usePrimeTable } from '@concurrent-primes/sieve';
import { PrimeAnswer } from './prime-answer.ts';

/** What can be chosen of the conversation. */
export interface PrimeSessionOptions {
  /** The most bytes that one `send` is given; each thread has one scratch buffer of this size. */
  readonly maxSendBytes: number;
  /** The memory of the table that all threads share; undefined: each thread sieves for itself, again and again. */
  readonly table: PrimeTable['buffer'] | undefined;
  /** Whether each connection begins with the byte `x`. */
  readonly greeting: boolean;
  /** The most integers an interval may have; undefined: no limit. */
  readonly maxWidth: number | undefined;
}

/** Any number from 4 on: enough to send N. */
const REHEARSAL_BYTES = 64;

/** Describes this module to a server. */
export function primeSessions(options: PrimeSessionOptions): SessionSource {
  const module = new URL(`./prime-session${extname(import.meta.url)}`, import.meta.url);
  return { module: module.href, options, outcomes: OUTCOMES };
}

/** Called once in each server thread. */
export function createSessionFactory(options: unknown): () => Session {
  const { maxSendBytes, table, greeting, maxWidth } = options as PrimeSessionOptions;
  if (table !== undefined) usePrimeTable(new PrimeTable(table));
  // The sieve's own memory: primes are expanded into what send(2) then takes.
  const scratch = chunkBuffer(maxSendBytes);
  const answer = (a: number, b: number): PrimeAnswer => new PrimeAnswer(a, b);
  const settings = { answer, scratch, greeting, ...(maxWidth !== undefined && { maxWidth }) };
  const open = (): ServerSession => new ServerSession(settings);
  rehearse(open());
  return open;
}

/**
 * Holds a conversation with nobody, so that the first client doesn't wait until all that code is compiled: a whole
 * exchange, and the widest one up to its first primes, which counts in another way than a narrow one.
 */
function rehearse(session: ServerSession): void {
  const messages = [encodeRequest(100, 200), encodeSum(3167n), encodeRequest(0, MAX_INT32)];
  while (messages.length > 0 || session.next === 'work') {
    if (session.next === 'receive') session.receive(messages.shift()!);
    else if (session.next === 'work') session.work();
    else session.sent(session.send(REHEARSAL_BYTES).length);
  }
  session.send(REHEARSAL_BYTES);
  session.close('shutdown');
}
