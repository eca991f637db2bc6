/** A session module for tests: an echo that fails on request, and counts the bytes it has received. */
import { workerData } from 'node:worker_threads';
import {
  ECHO_CONVERSATION,
  type EchoPhase,
  type EchoReport,
  EchoSession,
} from '@concurrent-primes/fixtures/echo-session';
import type { ThreadData } from '@concurrent-primes/server-core';
import type { SessionSource, Sessions } from '@concurrent-primes/session';

export interface ScriptedEchoOptions {
  /** Name of the thread in which the module throws when it is loaded. */
  readonly failsIn?: string;
  /** Throws in the first slice of computing. */
  readonly failsAtWork?: boolean;
  /** Name of the thread that ends, without an error and without cleaning up, when it is loaded. */
  readonly diesIn?: string;
  /** Ends the thread in the same way in the first slice of computing. */
  readonly diesAtWork?: boolean;
  /** int32: number of bytes that all sessions have received. */
  readonly received?: SharedArrayBuffer;
}

export function scriptedEchoSessions(options: ScriptedEchoOptions): SessionSource<EchoReport, EchoPhase> {
  return { ...ECHO_CONVERSATION, module: import.meta.url, options };
}

class ScriptedEcho extends EchoSession {
  readonly #failsAtWork: boolean;
  readonly #diesAtWork: boolean;
  readonly #received: Int32Array;

  constructor({ failsAtWork = false, diesAtWork = false, received = new SharedArrayBuffer(4) }: ScriptedEchoOptions) {
    super();
    this.#failsAtWork = failsAtWork;
    this.#diesAtWork = diesAtWork;
    this.#received = new Int32Array(received);
  }

  override receive(bytes: Uint8Array): number {
    const taken = super.receive(bytes);
    Atomics.add(this.#received, 0, taken);
    return taken;
  }

  override work(): void {
    if (this.#failsAtWork) throw new Error('failed at work');
    if (this.#diesAtWork) process.exit(0);
    super.work();
  }
}

export function createSessions(options: ScriptedEchoOptions): Sessions<EchoReport, EchoPhase> {
  const { name } = workerData as ThreadData;
  if (name === options.failsIn) throw new Error(`failed in ${name}`);
  if (name === options.diesIn) process.exit(0);
  return { open: () => new ScriptedEcho(options) };
}
