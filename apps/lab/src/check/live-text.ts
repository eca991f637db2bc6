/** The text report as it grows: on a terminal with colour and a line that says what is being checked. */
import type { CommandSurroundings, Outlet } from '../surroundings.ts';
import { ERASE_LINE } from '../terminal.ts';
import type { Check, CheckReport, CheckResult } from './check.ts';
import { COLOURED, type Paint, PLAIN, renderHead, renderTail, ResultText } from './report/text.ts';

/** Writes results as they come. */
export class LiveText {
  readonly #outlet: Outlet;
  readonly #isTerminal: boolean;
  readonly #paint: Paint;
  readonly #total: number;
  readonly #results: ResultText;
  #begun = 0;

  /**
   * @param surroundings - whose stdout it writes to
   * @param total - how many checks there will be
   */
  constructor({ stdout, env }: Pick<CommandSurroundings, 'stdout' | 'env'>, total: number) {
    this.#outlet = stdout;
    this.#isTerminal = stdout.isTTY === true && env['TERM'] !== 'dumb';
    // https://no-color.org: any value but an empty one.
    this.#paint = this.#isTerminal && (env['NO_COLOR'] ?? '') === '' ? COLOURED : PLAIN;
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
