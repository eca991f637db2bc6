/**
 * Plays every member against a session of the protocol, without a network: two queues of bytes between a script and the
 * server's session. They behave as TCP does where it matters: a sender waits when a queue is full, and a close with
 * unread bytes is a reset.
 */
import { type Answer, encodeCount, type Outcome, ServerSession } from '@concurrent-primes/protocol';
import { describe, expect, it } from 'vitest';
import type { ZooMember } from './member.ts';
import { NOTHING, type ScriptOptions, type Step } from './script.ts';
import { MOMENTS, VANISHING, WAYS } from './vanishing.ts';
import { memberNamed, ZOO } from './zoo.ts';

/** What the buffers of both kernels hold. */
const BUFFERED_BYTES = 256 * 1024;
const SEND_BYTES = 64 * 1024;

/** What came of one connection. */
interface Played {
  readonly outcomes: readonly Outcome[];
  /** Kinds of the steps, in order. */
  readonly steps: readonly string[];
}

/** Odd numbers for primes: scripts can't tell, and need no sieve. */
function oddNumbers(a: number, b: number): Answer {
  const first = Math.max(a, 3) | 1;
  const count = Math.min(b < first ? 0 : Math.floor((b - first) / 2) + 1, 100_000_000);
  let cursor = 0;
  let sum = 0n;
  return {
    count,
    get sum() {
      return sum;
    },
    work: () => undefined,
    fill(target) {
      const begin = Math.floor(cursor / 4);
      const numbers = Math.min(count - begin, Math.floor(target.length / 4));
      for (let i = 0; i < numbers; i++) target.set(encodeCount(first + 2 * (begin + i)), 4 * i);
      return 4 * numbers;
    },
    advance(bytes) {
      for (let left = bytes; left > 0; left -= 4) {
        sum += BigInt(first + (cursor / 4) * 2);
        cursor += 4;
      }
    },
  };
}

/** One connection, seen from the client. */
class Wire {
  readonly outcomes: Outcome[] = [];
  readonly #session: ServerSession;
  #toServer: number[] = [];
  #toClient: Uint8Array[] = [];
  #clientEnded = false;
  #open = true;

  constructor(greeting: boolean) {
    this.#session = new ServerSession({ answer: oddNumbers, greeting });
    this.#serve();
  }

  send(bytes: Uint8Array): void {
    this.#toServer.push(...bytes);
    this.#serve();
  }

  end(): void {
    this.#clientEnded = true;
    this.#serve();
  }

  /** Takes some of the server's bytes; none if it has closed. */
  receive(maxBytes: number): Uint8Array {
    this.#serve();
    const [first, ...others] = this.#toClient;
    if (first === undefined) {
      if (this.#open) throw new Error(`receive: the server would stay silent for ever, in ${this.#session.next}`);
      return NOTHING;
    }
    const taken = first.slice(0, maxBytes);
    this.#toClient = taken.length < first.length ? [first.subarray(taken.length), ...others] : others;
    return taken;
  }

  close(reset: boolean): void {
    if (reset || this.#toClient.length > 0 || this.#session.next === 'send') this.#shut('reset');
    else this.end();
  }

  #serve(): void {
    while (this.#open) {
      const { next } = this.#session;
      if (next === 'close') this.#shut();
      else if (next === 'work') this.#session.work();
      else if (next === 'send') {
        if (this.#toClient.reduce((sum, { length }) => sum + length, 0) >= BUFFERED_BYTES) return;
        const into = new Uint8Array(SEND_BYTES);
        const count = this.#session.send(into);
        this.#toClient.push(into.subarray(0, count));
        if (count > 0) this.#session.sent(count);
      } else if (this.#toServer.length > 0) {
        this.#session.receive(Uint8Array.from(this.#toServer.splice(0, this.#session.expects)));
      } else if (this.#clientEnded) this.#session.receive(NOTHING);
      else return;
      this.#report();
    }
  }

  #shut(cause?: 'reset'): void {
    if (!this.#open) return;
    this.#open = false;
    this.#session.close(cause);
    this.#report();
  }

  #report(): void {
    const outcome = this.#session.takeReport()?.outcome;
    if (outcome !== undefined) this.outcomes.push(outcome);
  }
}

/** Plays a member's script on one connection; it is let go as soon as it holds. */
function play(member: ZooMember, options: ScriptOptions = {}): Played {
  const wire = new Wire(options.greeting ?? false);
  const script = member.script(options);
  const steps: string[] = [];
  let received = NOTHING;
  while (true) {
    const { value: step, done } = script.next(received);
    if (done) break;
    steps.push(step.do);
    received = NOTHING;
    if (step.do === 'send') wire.send(step.bytes);
    else if (step.do === 'receive') received = wire.receive(step.maxBytes);
    else if (step.do === 'drain') while (wire.receive(SEND_BYTES).length > 0);
    else if (step.do === 'end') wire.end();
    else if (step.do === 'reset') wire.close(true);
  }
  wire.close(false);
  return { outcomes: wire.outcomes, steps };
}

describe('ZOO', () => {
  it('names each member once, says what it does, and has one for each way to vanish at each moment', () => {
    const names = ZOO.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(ZOO.filter(({ does }) => !/^[a-z][^.]+[^.]$/.test(does))).toEqual([]);
    expect(VANISHING.length).toBe(WAYS.length * MOMENTS.length);
  });

  it.each(ZOO)('$name leaves in the tally what it says it leaves', (member) => {
    expect(member.leaves.length % member.connections).toBe(0);
    const leaves = member.leaves.slice(0, member.leaves.length / member.connections);
    const { outcomes } = play(member);
    expect(outcomes.length).toBe(leaves.length);
    outcomes.forEach((outcome, i) => {
      expect(leaves[i]).toContain(outcome);
    });
  });

  it.each(ZOO)('$name holds if it says so, as its last step', ({ name, holds }) => {
    const { steps } = play(memberNamed(name));
    expect(steps.includes('hold')).toBe(holds);
    if (holds) expect(steps.indexOf('hold')).toBe(steps.length - 1);
  });

  it.each(ZOO.filter(({ name }) => name !== 'garbage'))('$name knows the greeting', (member) => {
    const { outcomes } = play(member, { greeting: true });
    expect(outcomes).toEqual(play(member).outcomes);
  });

  it('slow-reader behaves to the end when the answer is short', () => {
    expect(play(memberNamed('slow-reader'), { interval: [0, 100] }).outcomes).toEqual(['served']);
  });

  it('slow-writer pauses between any two of its bytes, as long as it is told', () => {
    const script = memberNamed('slow-writer').script({ interval: [1, 0], pauseMs: 7 });
    const steps = Array.from({ length: 15 }, () => script.next(NOTHING).value as Step);
    expect(steps.filter((_, i) => i % 2 === 1)).toEqual(new Array<Step>(7).fill({ do: 'pause', pauseMs: 7 }));
    expect(steps.filter((_, i) => i % 2 === 0).map((step) => step.do === 'send' && [...step.bytes])).toEqual(
      [0, 0, 0, 1, 0, 0, 0, 0].map((byte) => [byte]),
    );
  });

  it('scripts throw when the server refuses or ends early', () => {
    const refused = memberNamed('wrong-sum').script();
    refused.next();
    refused.next(new Uint8Array(0));
    expect(() => refused.next(new Uint8Array([255, 255, 255, 255]))).toThrow('the server refused the request: busy');
    const ended = memberNamed('wrong-sum').script();
    ended.next();
    ended.next(new Uint8Array(0));
    expect(() => ended.next(new Uint8Array(0))).toThrow('N must come before the end');
  });
});

describe('memberNamed()', () => {
  it('lists the names when there is no such member', () => {
    expect(() => memberNamed('lion')).toThrow(/must be one of connect-only, silent, .*flood, got 'lion'/);
  });
});
