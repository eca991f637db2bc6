/** What one check gets, and what is cleaned up behind it. */
import { GREETING, GREETING_BYTES } from '@concurrent-primes/protocol';
import type { CheckContext, CheckSettings } from './check.ts';
import { Connection } from './connection.ts';
import { CheckFailure } from './failure.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';
import { hexOf } from './transcript.ts';
import { stopText } from './words.ts';

/** A context in use. */
interface OpenContext {
  readonly context: CheckContext;
  /** What its waits are rejected with when the time for all of it is over. */
  readonly outOfTime: Error;
  /** Whether any connection was made. */
  readonly hasConnected: () => boolean;
  /** Closes all connections and ends all waits. */
  readonly close: () => void;
}

/**
 * Opens a context.
 *
 * @param name - of the check
 * @param settings - of the run
 * @param target - to connect to
 * @param interrupt - ends all waits
 * @param limitMs - the longest time for all of it, in milliseconds
 */
export function openContext(
  name: string,
  settings: CheckSettings,
  target: Target,
  interrupt: AbortSignal,
  limitMs: number,
): OpenContext {
  const over = new AbortController();
  const outOfTime = new Error(`the check ${name} must be over within ${limitMs} ms, it was not`);
  const timer = setTimeout(() => {
    over.abort(outOfTime);
  }, limitMs);
  const signal = AbortSignal.any([interrupt, over.signal]);
  const connections: Connection[] = [];
  const connectOnly = async (): Promise<Connection> => {
    const { host, port } = target;
    const connection = await Connection.open({ host, port, timeoutMs: settings.timeoutMs, signal });
    connections.push(connection);
    return connection;
  };
  const connect = async (): Promise<Connection> => {
    const connection = await connectOnly();
    if (settings.greeting) await takeGreeting(connection);
    return connection;
  };
  return {
    context: { settings, random: new Random(settings.seed, name), signal, connect, connectOnly },
    outOfTime,
    hasConnected: () => connections.length > 0,
    close() {
      clearTimeout(timer);
      for (const connection of connections) connection.close();
      // Whoever still waits on one of them must not wait for its limit.
      over.abort(new Error(`the check ${name} is over`));
    },
  };
}

async function takeGreeting(connection: Connection): Promise<void> {
  const { bytes, stop } = await connection.receive(GREETING_BYTES);
  if (bytes[0] === GREETING) return;
  const got = bytes.length === 0 ? stopText(0, stop, connection.timeoutMs) : `the server sent ${hexOf(bytes)}`;
  throw new CheckFailure(
    {
      name: 'no-greeting',
      what: `A client that had just connected waited for x (78): ${got}.`,
      hint: 'In the greeting dialect the server sends x as soon as it has accepted a client, before any request.',
    },
    connection,
  );
}
