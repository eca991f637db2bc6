/**
 * A thread of a run. It does its part in one long call and does not return to its event loop meanwhile: it reads a word
 * in shared memory to know when to stop. Messages that it posts, samples and its result, are delivered immediately.
 */
import { ConnectError } from '@concurrent-primes/client';
import { connect, createSelector } from '@concurrent-primes/sockets';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { loadVerifier } from './answer-verifier.ts';
import type { Connect } from './load-connection.ts';
import { runLoop } from './load-loop.ts';
import { sharedClockMs, type StartMessage, STOP, type ThreadData, type ThreadMessage } from './thread-messages.ts';

/** Enough ports for all connections that a machine can make while closed ones keep theirs. */
const LOCAL_ADDRESSES = 20;

/**
 * On Linux's loopback, connections use many local addresses in turn. Closed connections keep their ports for a while,
 * and the fewer ports an address has left, the longer `connect(2)` searches for one.
 */
function connector(host: string, port: number): Connect {
  if (process.platform !== 'linux' || !host.startsWith('127.')) return () => connect({ host, port, nonBlocking: true });
  let made = 0;
  return () => connect({ host, port, nonBlocking: true, localHost: `127.0.0.${1 + (made++ % LOCAL_ADDRESSES)}` });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function post(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

const { plan, part, host, selector: kind, control, countsCpu } = workerData as ThreadData;
const verifier = plan.verify && (await loadVerifier(plan.verify));
using selector = createSelector(kind);
const start = new Promise<StartMessage>((resolve) => parentPort!.once('message', resolve));
post({ kind: 'ready' });
const { startMs } = await start;
// performance.now() costs less than the shared clock, but starts at a different moment in each thread.
const originMs = performance.now() - sharedClockMs() + startMs;
try {
  const result = runLoop(plan, part, {
    selector,
    verifier,
    connect: connector(host, plan.port),
    now: () => performance.now() - originMs,
    isStopped: () => Atomics.load(control, STOP) === 1,
    onSample: (sample) => {
      post({ kind: 'sample', sample });
    },
    cpuMs: countsCpu ? cpuMs : () => 0,
  });
  post({ kind: 'result', result });
} catch (error) {
  // Posting an error to another thread loses its class.
  if (!(error instanceof ConnectError)) throw error;
  post({ kind: 'refused', message: error.message });
}
