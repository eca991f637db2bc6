/** A session whose every answer the test decides, and that remembers what its driver told it. */
import type { Phase, ServerRefusal, Session, SessionReport, Verb } from '../session.ts';

/** One connection's script. */
export class ScriptedSession implements Session {
  next: Verb = 'receive';
  phase: Phase = 'idle';
  expects = 8;
  /** What `send` hands out; `sent` moves past it, and the end of it makes the session wait for bytes. */
  outgoing: Uint8Array = new Uint8Array(0);
  /** What `refuse` puts into `outgoing`; undefined where it is too late to refuse. */
  refusal: Uint8Array | undefined = Uint8Array.of(255, 255, 255, 253);
  /** What the next `takeReport` gives, once. */
  report: SessionReport | undefined;
  /** What `close` leaves as a report. */
  reportOnClose: SessionReport | undefined;
  /** Each call that told it something, in order, such as `receive 4`. */
  readonly told: string[] = [];
  /** All bytes it was given. */
  readonly received: number[] = [];

  receive(bytes: Uint8Array): number {
    this.told.push(`receive ${bytes.length}`);
    this.received.push(...bytes);
    return bytes.length;
  }

  work(): void {
    this.told.push('work');
  }

  send(maxBytes: number): Uint8Array {
    return this.outgoing.subarray(0, maxBytes);
  }

  sent(count: number): void {
    this.told.push(`sent ${count}`);
    this.outgoing = this.outgoing.subarray(count);
    if (this.outgoing.length === 0) this.next = 'receive';
  }

  close(cause?: string): void {
    this.told.push(cause === undefined ? 'close' : `close ${cause}`);
    this.next = 'close';
    this.report = this.reportOnClose;
    this.reportOnClose = undefined;
  }

  expire(): void {
    this.told.push('expire');
  }

  drain(): void {
    this.told.push('drain');
  }

  refuse(reason: ServerRefusal): boolean {
    this.told.push(`refuse ${reason}`);
    if (this.refusal === undefined) return false;
    this.outgoing = this.refusal;
    this.next = 'send';
    this.phase = 'farewell';
    return true;
  }

  takeReport(): SessionReport | undefined {
    const { report } = this;
    this.report = undefined;
    return report;
  }
}
