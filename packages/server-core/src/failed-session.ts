import type { Next, Session, SessionReport } from '@concurrent-primes/session';

/**
 * Stands in for a session that has thrown, whose state can't be trusted any more: it waits for its close, and ignores
 * everything before. The fault of one session is that of one client.
 */
export class FailedSession implements Session {
  readonly next: Next = 'close';
  readonly phase: string;
  readonly expects = 0;

  /** @param phase - that of the session before */
  constructor(phase: string) {
    this.phase = phase;
  }

  receive(bytes: Uint8Array): number {
    return bytes.length;
  }

  work(): void {
    // Nothing is left to do.
  }

  send(): number {
    return 0;
  }

  sent(): void {
    // What was in flight doesn't matter any more.
  }

  close(): void {
    // It is over.
  }

  expire(): void {
    // It is over.
  }

  drain(): boolean {
    return false;
  }

  refuse(): boolean {
    return false;
  }

  takeReport(): SessionReport | undefined {
    return undefined;
  }
}
