/** An echo that writes down each verb of its driver, so that a test sees in which order clients had their turn. */
import { EchoSession } from '@concurrent-primes/fixtures';

/** One connection's echo. */
export class RecordingSession extends EchoSession {
  readonly #name: string;
  readonly #log: string[];

  /**
   * @param name of the client
   * @param log gets `NAME receive`, `NAME work` and `NAME send`
   * @param workSlices how many slices of computing come before the echo
   */
  constructor(name: string, log: string[], workSlices: number) {
    super(workSlices);
    this.#name = name;
    this.#log = log;
  }

  override receive(bytes: Uint8Array): number {
    this.#log.push(`${this.#name} receive`);
    return super.receive(bytes);
  }

  override work(): void {
    this.#log.push(`${this.#name} work`);
    super.work();
  }

  override sent(count: number): void {
    this.#log.push(`${this.#name} send`);
    super.sent(count);
  }
}
