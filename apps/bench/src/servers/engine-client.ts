/** Our load engine in the role of the load client: the same clients, in a process of its own. */
import type { LoadPlan } from '@concurrent-primes/load';
import { jobPath } from '../timed-program.ts';
import { type LoadOptions, LoadProcess } from './load-client.ts';

/** What its clients do: they ask, as {@link LoadOptions} says. */
export interface EngineOptions extends Pick<LoadOptions, 'clients' | 'interval' | 'keepAlive'> {
  /** Number of measured requests, of all clients. */
  readonly requests: number;
  /** Length of the load before, in which the engine's code is compiled; default: none. */
  readonly warmupMs?: number;
  /** Whether each answer is compared byte by byte. */
  readonly verified?: boolean;
}

/** Starts the engine. It never prints `ready`: await its `result`. */
export function startEngine(port: number, options: EngineOptions): LoadProcess {
  const { clients, interval = [100, 200], keepAlive = false, requests, warmupMs = 0, verified = false } = options;
  const plan: LoadPlan = {
    ...{ host: '127.0.0.1', port, requests, warmupMs, keepAlive },
    model: { kind: 'closed', clients },
    // One, like the C load client.
    threads: 1,
    seed: 1,
    intervals: { kind: 'fixed', interval },
    greeting: false,
    sendSum: true,
    with: [],
  };
  const args = [JSON.stringify(plan), ...(verified ? ['verified'] : [])];
  return new LoadProcess([process.execPath, jobPath('engine'), ...args], 'the load engine');
}
