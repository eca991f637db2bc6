/** A session module for tests: an echo with mistakes, which the first byte of its message chooses. */
import {
  ECHO_CONVERSATION,
  type EchoPhase,
  type EchoReport,
  EchoSession,
} from '@concurrent-primes/fixtures/echo-session';
import type { SessionSource, Sessions } from '@concurrent-primes/session';

/** The mistakes, by first byte. */
export const MISTAKES = {
  'throws in receive': 1,
  'throws in work': 2,
  'throws in send': 3,
  'throws in sent': 4,
  'reports an outcome that it has not declared': 5,
} as const;

export const FAILING_SESSIONS: SessionSource<EchoReport, EchoPhase> = {
  ...ECHO_CONVERSATION,
  module: import.meta.url,
};

class FailingEcho extends EchoSession {
  #mistake = 0;

  #fail(mistake: keyof typeof MISTAKES): void {
    if (this.#mistake === MISTAKES[mistake]) throw new Error(mistake);
  }

  override receive(bytes: Uint8Array): number {
    this.#mistake ||= bytes[0] ?? 0;
    this.#fail('throws in receive');
    return super.receive(bytes);
  }

  override work(): void {
    this.#fail('throws in work');
    super.work();
  }

  override send(into: Uint8Array): number {
    this.#fail('throws in send');
    return super.send(into);
  }

  override sent(count: number): void {
    this.#fail('throws in sent');
    super.sent(count);
  }

  override takeReport(): EchoReport | undefined {
    const report = super.takeReport();
    if (report === undefined || this.#mistake !== 5) return report;
    return { ...report, outcome: 'undeclared' as 'served' };
  }
}

export function createSessions(): Sessions<EchoReport, EchoPhase> {
  return { open: () => new FailingEcho() };
}
