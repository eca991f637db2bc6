/**
 * Many clients at the same time.
 *
 * All of them are connected before the first asks (a barrier), so that the server has them all at once and no client's
 * time counts another's connecting. Each streams its answer; none keeps it. What goes wrong with one is that one's
 * outcome and stops no other.
 */
import { connect, type Client, type ConnectOptions, type Interval } from '@concurrent-primes/client';
import type { ClientReport, Failed, RunReport, Served } from './report.ts';
import { Verification } from './verification.ts';

/** What to run. */
export interface RunOptions {
  /** One a client. */
  readonly intervals: readonly Interval[];
  /** How each connects; its `signal` stops them all. */
  readonly connect: ConnectOptions & { readonly host: string; readonly port: number };
  /** Compare each answer with our own sieve. Default: false. */
  readonly verify?: boolean;
  /** Is given the primes of any client as they come; that client goes on when the promise resolves. */
  readonly onPrimes?: (primes: Int32Array) => void | Promise<void>;
  /** Is kept up to date, for whoever wants to look. */
  readonly progress?: Progress;
}

/** How far a run is; written by the run. */
export interface Progress {
  /** Clients that are through, served or not. */
  done: number;
  /** Primes that all clients have received. */
  primes: number;
}

/**
 * Runs the clients.
 *
 * @param options - see {@link RunOptions}
 * @param connectOne - makes one connection; a test sees through it who is connected when
 * @returns one report a client, in the order of the intervals; it never rejects for what a server does
 */
export async function runClients(options: RunOptions, connectOne: typeof connect = connect): Promise<RunReport> {
  const { intervals, connect: where } = options;
  const connections = await Promise.allSettled(intervals.map(() => connectOne(where)));
  const beganMs = performance.now();
  const clients = await Promise.all(connections.map((connection, client) => runClient(options, client, connection)));
  return { address: `${where.host}:${where.port}`, clients, elapsedMs: performance.now() - beganMs };
}

async function runClient(
  options: RunOptions,
  client: number,
  connection: PromiseSettledResult<Client>,
): Promise<ClientReport> {
  const interval = options.intervals[client]!;
  const tally = { received: 0 };
  let outcome: Served | Failed;
  try {
    if (connection.status === 'rejected') throw connection.reason;
    await using connected = connection.value;
    outcome = await ask(connected, interval, options, tally);
  } catch (error) {
    outcome = { error: error as Error };
  }
  if (options.progress) options.progress.done++;
  return { client, interval, received: tally.received, outcome };
}

async function ask(
  client: Client,
  [min, max]: Interval,
  { verify, onPrimes, progress }: RunOptions,
  tally: { received: number },
): Promise<Served> {
  const verification = verify ? new Verification(min, max) : undefined;
  const beganMs = performance.now();
  const answer = client.primes(min, max);
  for await (const primes of answer) {
    tally.received += primes.length;
    if (progress) progress.primes += primes.length;
    verification?.compare(primes);
    await onPrimes?.(primes);
  }
  const elapsedMs = performance.now() - beganMs;
  verification?.end();
  return { sum: answer.result.sum, elapsedMs };
}
