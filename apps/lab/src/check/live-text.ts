/** The text report as it grows: on a terminal with colour and a line that says what is being checked. */
import { type Console, ERASE_LINE, isColoured, isTerminal, type Outlet } from '@concurrent-primes/harness/terminal';
import type { Check, CheckReport, CheckResult } from './check.ts';
import { COLOURED, type Paint, PLAIN, renderHead, renderTail, ResultText } from './report/text-report.ts';

/** Writes results as they come. */
export class LiveText {
  readonly #outlet: Outlet;
  readonly #isTerminal: boolean;
  readonly #paint: Paint;
  readonly #total: number;
  readonly #results: ResultText;
  #begun = 0;

  /**
   * @param console - whose stdout it writes to
   * @param total - how many checks there will be
   */
  constructor({ stdout, env }: Pick<Console, 'stdout' | 'env'>, total: number) {
    this.#outlet = stdout;
    this.#isTerminal = isTerminal(stdout, env);
    this.#paint = isColoured(stdout, env) ? COLOURED : PLAIN;
    this.#total = total;
    this.#results = new ResultText(this.#paint, (lines) => {
      stdout.write(this.#erase() + lines);
    });
  }

  /** Before the first check. */
  head(target: string, seed: number): void {
    this.#outlet.write(`${renderHead(target, seed)}\n`);
  }

  /** A check begins. */
  begin({ name }: Check): void {
    this.#begun++;
    if (this.#isTerminal) this.#outlet.write(`${ERASE_LINE}  … ${name} (${this.#begun} of ${this.#total})`);
  }

  /** It is over. */
  result(result: CheckResult): void {
    this.#results.add(result);
  }

  /** After the last check. */
  tail(report: CheckReport): void {
    this.#results.flush();
    this.#outlet.write(this.#erase() + renderTail(report, this.#paint));
  }

  #erase(): string {
    return this.#isTerminal ? ERASE_LINE : '';
  }
}
