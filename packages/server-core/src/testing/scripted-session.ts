/** A session controlled by a test; it records the calls of its driver. */
import type { Next, ServerRefusal, Session, SessionReport } from '@concurrent-primes/session';

export class ScriptedSession implements Session {
  next: Next = 'receive';
  phase = 'idle';
  expects = 8;
  /** What `send` writes; when `sent` has confirmed all of it, the session waits for bytes. */
  outgoing: Uint8Array = new Uint8Array(0);
  /** What `refuse` puts into `outgoing`; undefined if a refusal is not possible. */
  refusal: Uint8Array | undefined = Uint8Array.of(255, 255, 255, 253);
  report: SessionReport | undefined;
  /** The report after `close`. */
  reportOnClose: SessionReport | undefined;
  /** The calls of the driver, in order, such as `receive 4`. */
  readonly told: string[] = [];
  readonly received: number[] = [];
  #refused = false;

  receive(bytes: Uint8Array): number {
    this.told.push(`receive ${bytes.length}`);
    this.received.push(...bytes);
    return bytes.length;
  }

  work(): void {
    this.told.push('work');
  }

  send(into: Uint8Array): number {
    const bytes = this.outgoing.subarray(0, into.length);
    into.set(bytes);
    return bytes.length;
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

  drain(): boolean {
    this.told.push('drain');
    return this.#refused;
  }

  refuse(reason: ServerRefusal): boolean {
    this.told.push(`refuse ${reason}`);
    if (this.#refused) return true;
    if (this.refusal === undefined) return false;
    this.#refused = true;
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
