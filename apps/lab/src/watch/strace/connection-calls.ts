/** The system calls that a server makes for each of its connections, as evidence for one of them. */
import { descriptorIn, lengthIn } from './call-arguments.ts';
import { CallOrder } from './call-order.ts';
import type { Connection } from './open-files.ts';
import type { SystemCall } from './strace-lines.ts';
import { RECEIVES, SENDS } from './traced-calls.ts';
import { TracedProcesses } from './traced-processes.ts';

/** One call for a connection. */
export interface ServerCall {
  readonly is: 'accept' | 'recv' | 'send' | 'close';
  /** When it began, on the clock of `performance.now()`. */
  readonly atMs: number;
  /** When it returned; undefined while it has not. */
  readonly untilMs: number | undefined;
  /** Such as `recvfrom(4, 8) = 3`. */
  readonly text: string;
}

/** Of a connection with more calls, the first ones and the last ones are kept. */
const MOST_CALLS = 60;
/** Connections that are kept: as many as one check makes, and more. */
const MOST_CONNECTIONS = 2000;

/** Gathers the calls for each connection. */
export class ConnectionCalls {
  readonly #order = new CallOrder();
  readonly #processes = new TracedProcesses();
  /** By the client's port. */
  readonly #calls = new Map<number, ServerCall[]>();
  /** When each thread's call began. */
  readonly #began = new Map<number, SystemCall>();

  /** Takes calls in the order of strace's output. */
  take(calls: readonly SystemCall[]): void {
    for (const call of calls.flatMap((one) => this.#order.take(one))) this.#follow(call);
  }

  /** The calls for the connection of a client, by the client's port. */
  of(port: number): readonly ServerCall[] {
    return this.#calls.get(port) ?? [];
  }

  #follow(call: SystemCall): void {
    const { tid, name, phase, args } = call;
    if (phase === 'begin') this.#began.set(tid, call);
    // The process that closes it has it no more afterwards.
    const before = this.#processes.connection(tid, descriptorIn(args));
    const { accepted } = this.#processes.follow(call);
    if (accepted !== undefined) {
      this.#calls.delete(accepted.port);
      this.#calls.set(accepted.port, []);
      for (const port of this.#calls.keys()) {
        if (this.#calls.size <= MOST_CONNECTIONS) break;
        this.#calls.delete(port);
      }
      this.#add(accepted, 'accept', call);
    } else if (before !== undefined && isOf(name) !== undefined) this.#add(before, isOf(name)!, call);
  }

  #add({ port }: Connection, is: ServerCall['is'], call: SystemCall): void {
    const calls = this.#calls.get(port);
    if (calls === undefined) return;
    const { tid, phase, timeUs } = call;
    const atMs = clockMs(this.#began.get(tid)?.timeUs ?? timeUs);
    const last = calls.at(-1);
    if (phase === 'end' && last?.untilMs === undefined && last?.atMs === atMs) calls.pop();
    calls.push({ is, atMs, untilMs: phase === 'end' ? clockMs(timeUs) : undefined, text: textOf(call) });
    if (calls.length > MOST_CALLS) calls.splice(MOST_CALLS / 2, 1);
  }
}

function isOf(name: string): ServerCall['is'] | undefined {
  if (RECEIVES.has(name)) return 'recv';
  if (SENDS.has(name)) return 'send';
  return name === 'close' || name === 'shutdown' ? 'close' : undefined;
}

/** `recvfrom(4, 8) = 3`; of a call that has not returned, what is known. */
function textOf({ name, phase, args, result, error }: SystemCall): string {
  const length = lengthIn(args);
  const call = `${name}(${[descriptorIn(args), ...(length > 0 ? [length] : [])].join(', ')})`;
  if (phase === 'begin') return `${call} has not returned`;
  return `${call} = ${result}${error === '' ? '' : ` ${error}`}`;
}

function clockMs(timeUs: number): number {
  return timeUs / 1000 - performance.timeOrigin;
}
