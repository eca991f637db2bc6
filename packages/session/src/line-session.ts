/**
 * Sessions of a simple protocol: each line that the client sends gets one line as its answer. A service only has to say
 * which one. It is also the shortest example of a whole session, with every interruption that the contract allows.
 *
 *     idle --a byte--> request --newline--> answer --sent--> idle
 *       \_________________\____________________\___refuse___> farewell --the client leaves--> closed
 */
import type { CloseCause, Conversation, Next, ServerRefusal, Session } from './session.ts';
import type { Sessions } from './session-module.ts';

type Phase = 'idle' | 'request' | 'answer' | 'farewell';
type Outcome = 'answered' | 'truncated' | 'too-long' | 'too-slow' | 'lost' | 'shutdown' | ServerRefusal;

interface LineReport {
  readonly outcome: Outcome;
}

/** What lines and answers need to be served: the outcomes and the time limits. */
export const LINE_CONVERSATION: Conversation<LineReport, Phase> = {
  outcomes: ['answered', 'truncated', 'too-long', 'too-slow', 'lost', 'shutdown', 'busy', 'shutting-down'],
  phases: {
    idle: { kind: 'idle', timeoutMs: 60_000 },
    request: { kind: 'whole', timeoutMs: 10_000 },
    answer: { kind: 'progress', timeoutMs: 10_000 },
    farewell: { kind: 'whole', timeoutMs: 2_000 },
  },
};

/** The longest line, in bytes. */
const MAX_LINE_BYTES = 4096;
const NEWLINE = 0x0a;

/**
 * Returns sessions that answer each line with a line.
 *
 * @param answer - returns the answer to a line; neither has its newline. It must be fast: other clients wait meanwhile
 */
export function lineSessions(answer: (line: string) => string): Sessions<LineReport, Phase> {
  return { open: () => new LineSession(answer) };
}

class LineSession implements Session<LineReport, Phase> {
  next: Next = 'receive';
  phase: Phase = 'idle';
  readonly #answer: (line: string) => string;
  /** What has arrived and isn't answered: a line, and perhaps what the client sent after it. */
  readonly #input = new Uint8Array(MAX_LINE_BYTES);
  #inputBytes = 0;
  /** What is sent, and how much of it the kernel has taken. */
  #output = new Uint8Array();
  #sentBytes = 0;
  #inFlightBytes = 0;
  #draining = false;
  #report: LineReport | undefined;

  constructor(answer: (line: string) => string) {
    this.#answer = answer;
  }

  get expects(): number {
    return this.next === 'receive' ? MAX_LINE_BYTES - this.#inputBytes : 0;
  }

  receive(bytes: Uint8Array): number {
    this.#mustWaitFor('receive');
    if (bytes.length === 0) {
      this.#end(this.phase === 'request' ? 'truncated' : undefined);
      return 0;
    }
    if (this.phase === 'farewell') return bytes.length; // closing a socket with unread bytes would reset the connection
    const taken = bytes.subarray(0, this.expects);
    this.#input.set(taken, this.#inputBytes);
    this.#inputBytes += taken.length;
    this.#lookForLine();
    return taken.length;
  }

  work(): void {
    this.#mustWaitFor('work');
    const newline = this.#input.indexOf(NEWLINE);
    const line = new TextDecoder().decode(this.#input.subarray(0, newline)).replace(/\r$/, '');
    this.#input.copyWithin(0, newline + 1, this.#inputBytes);
    this.#inputBytes -= newline + 1;
    this.#send(this.#answer(line));
  }

  send(into: Uint8Array): number {
    this.#mustWaitFor('send');
    if (into.length === 0) throw new RangeError('cannot send: there must be memory for a byte, got none');
    const bytes = this.#output.subarray(this.#sentBytes, this.#sentBytes + into.length);
    into.set(bytes);
    this.#inFlightBytes = bytes.length;
    this.next = 'sent';
    return bytes.length;
  }

  sent(count: number): void {
    if (this.#inFlightBytes === 0) throw new Error('cannot confirm bytes: some must be in flight, got none');
    if (count < 0 || count > this.#inFlightBytes) {
      throw new RangeError(`cannot confirm bytes: at most ${this.#inFlightBytes} are in flight, got ${count}`);
    }
    this.#inFlightBytes = 0;
    if (this.next === 'close') return; // the session was ended meanwhile
    this.#sentBytes += count;
    if (this.#sentBytes < this.#output.length) this.next = 'send';
    else if (this.phase === 'farewell') this.next = 'receive';
    else if (this.#draining) this.#end('answered');
    else {
      this.#report = { outcome: 'answered' };
      this.#lookForLine();
    }
  }

  close(cause?: CloseCause): void {
    if (this.next === 'close') return;
    if (cause === undefined) throw new Error(`cannot close: next must be close, got ${this.next}`);
    this.#interrupt(cause === 'reset' ? 'lost' : 'shutdown');
  }

  expire(): void {
    this.#interrupt('too-slow');
  }

  drain(): boolean {
    this.#draining = true;
    return (this.phase === 'idle' || this.phase === 'farewell') && this.refuse('shutting-down');
  }

  refuse(reason: ServerRefusal): boolean {
    if (this.next === 'close') return false;
    if (this.phase === 'farewell') return true;
    if (this.phase === 'answer' && this.#sentBytes + this.#inFlightBytes > 0) return false; // a byte may be out
    this.phase = 'farewell';
    this.#inputBytes = 0;
    this.#report = { outcome: reason };
    this.#send(reason);
    return true;
  }

  takeReport(): LineReport | undefined {
    const report = this.#report;
    this.#report = undefined;
    return report;
  }

  #lookForLine(): void {
    if (this.#input.subarray(0, this.#inputBytes).includes(NEWLINE)) [this.next, this.phase] = ['work', 'answer'];
    else if (this.#inputBytes === MAX_LINE_BYTES) this.#end('too-long');
    else [this.next, this.phase] = ['receive', this.#inputBytes > 0 ? 'request' : 'idle'];
  }

  #send(line: string): void {
    this.#output = new TextEncoder().encode(`${line}\n`);
    this.#sentBytes = 0;
    this.next = 'send';
  }

  /** Ends the session; only an exchange in progress has an outcome. */
  #interrupt(outcome: Outcome): void {
    this.#end(this.phase === 'request' || this.phase === 'answer' ? outcome : undefined);
  }

  #end(outcome: Outcome | undefined): void {
    if (this.next === 'close') return;
    if (outcome !== undefined) this.#report = { outcome };
    this.next = 'close';
  }

  #mustWaitFor(verb: Next): void {
    if (this.next !== verb) throw new Error(`cannot ${verb}: next must be ${verb}, got ${this.next}`);
  }
}
