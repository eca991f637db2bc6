/**
 * Many clients at the same time.
 *
 * All clients are connected before the first one asks (a barrier), so that the server has them all at once and no
 * client's time includes connecting. Each streams its answer without storing it. A client that fails stops no other.
 */
import { connect, type Client, type ConnectOptions, type Interval } from '@concurrent-primes/client';
import { PrimeCheck } from './prime-check.ts';
import type { ClientReport, Failed, Progress, RunReport, Served } from './run-report.ts';

/** What to run. */
export interface RunOptions {
  /** One for each client. */
  readonly intervals: readonly Interval[];
  /** How each client connects; the `signal` stops them all. */
  readonly connect: ConnectOptions & { readonly host: string; readonly port: number };
  /** Compare each answer with our own sieve. Default: false. */
  readonly verify?: boolean;
  /** Called with primes as they arrive; that client continues when the promise resolves. */
  readonly onPrimes?: (primes: Int32Array) => void | Promise<void>;
  /** Kept up to date by the run. */
  readonly progress?: Progress;
}

/**
 * Runs the clients.
 *
 * @param options - see {@link RunOptions}
 * @param connectOne - makes one connection; a test passes its own
 * @returns a report for each client, in the order of the intervals; a server's mistakes never reject it
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
  const { progress = { done: 0, begun: 0, primes: 0 } } = options;
  const tally = { received: 0, begun: 0 };
  let outcome: Served | Failed;
  try {
    if (connection.status === 'rejected') throw connection.reason;
    await using connected = connection.value;
    outcome = await ask(connected, interval, { ...options, progress }, tally);
  } catch (error) {
    outcome = { error: error as Error };
  }
  progress.begun += 1 - tally.begun;
  progress.done++;
  return { client, interval, received: tally.received, outcome };
}

async function ask(
  client: Client,
  [min, max]: Interval,
  { verify, onPrimes, progress }: RunOptions & { readonly progress: Progress },
  tally: { received: number; begun: number },
): Promise<Served> {
  const check = verify ? new PrimeCheck(min, max) : undefined;
  const beganMs = performance.now();
  const answer = client.primes(min, max);
  answer.count.then(
    () => {
      tally.begun = 1;
      progress.begun++;
    },
    () => undefined,
  );
  for await (const primes of answer) {
    tally.received += primes.length;
    progress.primes += primes.length;
    check?.compare(primes);
    await onPrimes?.(primes);
  }
  const elapsedMs = performance.now() - beganMs;
  check?.end();
  return { sum: answer.result.sum, elapsedMs };
}
