/**
 * Records servers at work after they were measured, with the same clients. The recording is a run of its own, so that it
 * changes no figure.
 */
import { Cleanup, LOOPBACK } from '@concurrent-primes/harness';
import { type Registry, startServer } from '@concurrent-primes/server/architectures';
import { watchableOf } from '@concurrent-primes/server/watch';
import { eventCount, openRecording, Recorder } from '@concurrent-primes/trace';
import { TraceFeed } from '@concurrent-primes/watch';
import { setTimeout as delay } from 'node:timers/promises';
import { sendLoad } from '../../watch/watched-load.ts';
import type { Scenario } from '../scenario.ts';
import type { ServerSpec } from '../servers/server-spec.ts';
import { tellingMoments, type TellingMoments } from './telling-moments.ts';

/** How long a server is recorded, from its first client on. */
const RECORD_MS = 1500;
/** The first client comes within this time, also on a busy machine. */
const START_MS = 10_000;
/** A page with more events takes long to open: the recording ends earlier then. */
const MOST_EVENTS = 500_000;
const LOOK_EVERY_MS = 20;
/** Clients that nobody waits for. */
const STOP_MS = 200;

/** A server's recording, and what it shows. */
export interface RecordedServer {
  /** Name of the server in the report. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly moments: TellingMoments;
}

/** Whether a server can be recorded: only ours write events. */
export function canRecord({ start }: ServerSpec): boolean {
  return 'args' in start;
}

/**
 * Records a server with the clients of a scenario.
 *
 * @throws Error if it can't be started
 */
export async function recordServer(
  spec: ServerSpec,
  scenario: Scenario,
  seed: number,
  registry: Registry,
): Promise<RecordedServer> {
  if (!('args' in spec.start)) throw new RangeError(`cannot record ${spec.name}: it must be one of our servers`);
  await using stack = new Cleanup();
  const server = await startServer(spec.start.args, { host: LOOPBACK, port: 0 }, registry);
  stack.defer(() => server.stop(STOP_MS));
  const feed = new TraceFeed(watchableOf(server).trace);
  const chunks: Uint8Array[] = [];
  const recorder = new Recorder(feed.header, (bytes) => chunks.push(bytes));
  let events = 0;
  const end = feed.listen({
    needsAll: true,
    begin: (_, state) => {
      recorder.addKeyframe(state);
    },
    add: (batch) => {
      if (events > MOST_EVENTS) return;
      events += eventCount(batch);
      recorder.add(batch);
    },
    mark: (state) => {
      if (events <= MOST_EVENTS) recorder.mark(state);
    },
  });
  const leaving = new AbortController();
  let failure: Error | undefined;
  const load = sendLoad(scenario, [server.port], seed, leaving.signal).catch((error: unknown) => {
    if (!leaving.signal.aborted) failure = error as Error;
  });
  const until = async (isOver: () => boolean, mostMs: number): Promise<void> => {
    const deadline = performance.now() + mostMs;
    while (performance.now() < deadline && !isOver() && failure === undefined) await delay(LOOK_EVERY_MS);
  };
  await until(() => feed.state.totals.accepted > 0, START_MS);
  await until(() => events > MOST_EVENTS, RECORD_MS);
  feed.read();
  end();
  leaving.abort();
  await load;
  if (failure !== undefined) throw failure;
  await recorder.flush();
  const bytes = Buffer.concat(chunks);
  return { name: spec.name, bytes, moments: tellingMoments(await openRecording([bytes])) };
}
