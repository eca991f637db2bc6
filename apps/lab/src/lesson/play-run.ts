/**
 * Plays a run of a lesson: a server that is held and stepped, and clients that do what the lesson says after each step.
 *
 * Every step begins when server and clients are quiet, so a run gives the same recording again and again.
 */
import { Peer } from '@concurrent-primes/conformance';
import { Cleanup } from '@concurrent-primes/harness';
import { UsageError } from '@concurrent-primes/harness/terminal';
import { type Registry, startServer } from '@concurrent-primes/server/architectures';
import { watchableOf } from '@concurrent-primes/server/watch';
import { Recorder } from '@concurrent-primes/trace';
import { type LessonClient, type LessonRun, TraceFeed } from '@concurrent-primes/watch';
import { quiet } from '../watch/quiet.ts';
import { PATIENT_SERVER } from '../patient-server.ts';

/** A held server is silent. */
const LONGEST_SILENCE_MS = 10 * 60_000;
/** A server that isn't quiet after this time never will be. */
const LONGEST_STEP_MS = 10_000;
const REQUEST_BYTES = 8;

/**
 * Plays a run.
 *
 * @param run - the run
 * @param registry - the servers
 * @returns the recording
 * @throws UsageError if the server can't be started
 */
export async function playRun(run: LessonRun, registry: Registry): Promise<Uint8Array> {
  await using stack = new Cleanup();
  const server = await startServer(run.server.split(/\s+/), PATIENT_SERVER, registry).catch((error: unknown) => {
    throw new UsageError(`cannot play the run with ${run.server}: ${(error as Error).message}`);
  });
  stack.defer(() => server.stop(0));
  const { trace, gate } = watchableOf(server);
  const feed = new TraceFeed(trace);
  const chunks: Uint8Array[] = [];
  const recorder = new Recorder(feed.header, (bytes) => chunks.push(bytes));
  stack.defer(
    feed.listen({
      begin: (_, state) => {
        recorder.addKeyframe(state);
      },
      add: (batch) => {
        recorder.add(batch);
      },
      needsAll: true,
    }),
  );
  // Held once every thread blocks in its first call: so the first client finds it there.
  await quiet([feed]);
  gate.hold();
  // A loop steps by turns. Threads of a pool would make their calls at the same time, in any order.
  const unit = feed.header.server.architecture === 'loop' ? 'turn' : 'call';
  const clients = run.clients.map((client) => stack.use(new RunClient(client, server.port)));
  for (let step = 0; step < run.steps; step += 1) {
    for (const client of clients) if (await client.act(step)) await quiet([feed]);
    const before = feed.state.step;
    const deadline = performance.now() + LONGEST_STEP_MS;
    // Several permits can be part of a step: a thread that leaves a call before the gate begins none.
    while (feed.state.step === before && performance.now() < deadline) {
      gate.step(unit);
      await quiet([feed]);
      if (feed.state.threads.every(({ atGate }) => atGate === undefined)) break;
    }
  }
  await recorder.flush();
  return Buffer.concat(chunks);
}

/** One client of a run. */
class RunClient implements AsyncDisposable {
  readonly #plan: LessonClient;
  readonly #port: number;
  readonly #leaving = new AbortController();
  #peer: Peer | undefined;
  #pieces: number[];
  #sent = 0;

  constructor(plan: LessonClient, port: number) {
    this.#plan = plan;
    this.#port = port;
    this.#pieces = [...plan.pieces];
  }

  /** Does what is due before a step; returns false if nothing is. */
  async act(step: number): Promise<boolean> {
    const { arrives, every, asks } = this.#plan;
    if (step < arrives) return false;
    if (this.#peer === undefined) {
      this.#peer = await Peer.connect(this.#port, { timeoutMs: LONGEST_SILENCE_MS, signal: this.#leaving.signal });
      void this.#readOn(this.#peer).catch(() => undefined);
    } else if ((step - arrives) % every !== 0 || this.#pieces.length === 0) return false;
    const request = Buffer.alloc(REQUEST_BYTES);
    request.writeInt32BE(asks[0]);
    request.writeInt32BE(asks[1], REQUEST_BYTES / 2);
    const from = this.#sent;
    this.#sent = Math.min(REQUEST_BYTES, from + (this.#pieces.shift() ?? 0));
    if (this.#sent > from) await this.#peer.send(request.subarray(from, this.#sent));
    return true;
  }

  /** Reads whatever comes, and ends as a good client does. */
  async #readOn(peer: Peer): Promise<void> {
    const { sum } = await peer.readPrimes(await peer.readCount(), this.#plan.asks);
    if (!this.#plan.sums) return;
    await peer.sendSum(sum);
    await peer.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    await this.#peer?.close();
  }
}
