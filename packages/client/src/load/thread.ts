/**
 * A thread of a run: does its part in one long call, in which it never comes back to its event loop. It hears nothing but
 * a word in shared memory; what it says, samples and its result, goes out at once all the same.
 */
import { connect, createSelector } from '@concurrent-primes/sockets';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { ConnectError } from '../errors.ts';
import { runLoop } from './loop.ts';
import { sharedClockMs, type StartMessage, STOP, type ThreadData, type ThreadMessage } from './thread-messages.ts';
import type { AnswerVerifier, CreateVerifier, VerifierModule } from './types.ts';

async function loadVerifier({ module, options }: VerifierModule): Promise<AnswerVerifier> {
  const { createVerifier } = (await import(module)) as { createVerifier?: CreateVerifier };
  if (createVerifier === undefined) throw new TypeError(`${module}: must export createVerifier, it does not`);
  return createVerifier(options);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function say(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

const { plan, part, host, selector: kind, control, countsCpu } = workerData as ThreadData;
const verifier = plan.verify && (await loadVerifier(plan.verify));
using selector = createSelector(kind);
const start = new Promise<StartMessage>((resolve) => parentPort!.once('message', resolve));
say({ kind: 'ready' });
const { startMs } = await start;
// performance.now() costs less than the shared clock, and counts from another moment in each thread.
const originMs = performance.now() - sharedClockMs() + startMs;
try {
  const result = runLoop(plan, part, {
    selector,
    verifier,
    connect: () => connect({ host, port: plan.port, nonBlocking: true }),
    now: () => performance.now() - originMs,
    isStopped: () => Atomics.load(control, STOP) === 1,
    onSample: (sample) => {
      say({ kind: 'sample', sample });
    },
    cpuMs: countsCpu ? cpuMs : () => 0,
  });
  say({ kind: 'result', result });
} catch (error) {
  // A class of error doesn't survive the way to another thread.
  if (!(error instanceof ConnectError)) throw error;
  say({ kind: 'refused', message: error.message });
}
