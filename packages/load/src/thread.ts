/**
 * A thread of a run: does its part in one long call, in which it never comes back to its event loop. It hears nothing
 * but a word in shared memory; what it says, samples and its result, goes out at once all the same.
 */
import { connect, createSelector } from '@concurrent-primes/sockets';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { ConnectError } from '@concurrent-primes/client';
import type { Connect } from './connection.ts';
import { runLoop } from './loop.ts';
import { sharedClockMs, type StartMessage, STOP, type ThreadData, type ThreadMessage } from './thread-messages.ts';
import type { AnswerVerifier, CreateVerifier, VerifierModule } from './types.ts';

/** Twenty times the ports of one: enough for all connections that a machine can make in the time that ports rest. */
const LOCAL_ADDRESSES = 20;

async function loadVerifier({ module, options }: VerifierModule): Promise<AnswerVerifier> {
  const { createVerifier } = (await import(module)) as { createVerifier?: CreateVerifier };
  if (createVerifier === undefined) throw new TypeError(`${module}: must export createVerifier, it does not`);
  return createVerifier(options);
}

/**
 * On the loopback of Linux connections come from many addresses, in turn: closed ones keep their ports for a while, and
 * the fuller the ports of an address, the longer `connect(2)` looks for one, until there is none.
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
    connect: connector(host, plan.port),
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
