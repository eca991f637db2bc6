/** Our load engine where the load client of the benchmarks stands else: as many clients, in a process of its own. */
import type { LoadPlan } from '@concurrent-primes/load';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoadOptions, type RunningLoad, startLoadProcess } from './load.ts';

/** What its clients do: they ask, as {@link LoadOptions} says. */
export interface EngineOptions extends Pick<LoadOptions, 'clients' | 'interval' | 'keepAlive'> {
  /** How many requests are measured, of all clients. */
  readonly requests: number;
  /** Load before, in which the engine's code is compiled; default: none. */
  readonly warmupMs?: number;
  /** Compare each answer byte by byte, by the multi-client's own verifier. */
  readonly verified?: boolean;
}

/**
 * Starts the engine; disposing ends it. It never says `ready`: its `result` is what to wait for.
 *
 * @param port - of the server, on 127.0.0.1
 */
export function startEngine(port: number, options: EngineOptions): RunningLoad {
  const job = fileURLToPath(new URL(`../jobs/load-engine${extname(import.meta.url)}`, import.meta.url));
  const args = [JSON.stringify(planOf(port, options)), ...(options.verified === true ? [verifierUrl()] : [])];
  return startLoadProcess(process.execPath, [job, ...args], 'the load engine');
}

function planOf(port: number, options: EngineOptions): LoadPlan {
  const { clients, interval = [100, 200], keepAlive = false, requests, warmupMs = 0 } = options;
  return {
    host: '127.0.0.1',
    port,
    model: { kind: 'closed', clients },
    // One, as the C load client has.
    threads: 1,
    requests,
    warmupMs,
    seed: 1,
    intervals: { kind: 'fixed', interval },
    keepAlive,
    greeting: false,
    sendSum: true,
    with: [],
  };
}

/** The module that the multi-client hands to its own threads. */
function verifierUrl(): string {
  const app = import.meta.resolve('@concurrent-primes/multi-client/package.json');
  return new URL('dist/load/verifier.js', app).href;
}
