/** The command under load: runs, shows progress, writes the result, and chooses the exit code. */
import {
  type Console,
  EXIT_FAILED,
  EXIT_INTERRUPTED,
  EXIT_OK,
  formatDigits,
  LiveLine,
} from '@concurrent-primes/harness/terminal';
import { ConnectError, findMaxRate, holds, type LoadPlan, type LoadResult, runLoad } from '@concurrent-primes/load';
import { prepareVerifier } from '@concurrent-primes/load/verifier';
import { writeFile } from 'node:fs/promises';
import type { LoadSettings } from './load-options.ts';
import { liveText } from './plan-text.ts';
import { renderCsv, renderHgrm } from './result-files.ts';
import { environment, renderJson, renderSearchJson } from './result-json.ts';
import { renderSearch, renderText } from './result-text.ts';

/** Exit code when a `--fail-if` condition holds. */
export const EXIT_THRESHOLD = 3;

/** Failures that are always the server's fault; the others may be caused by the load. */
const WRONG = ['wrong-greeting', 'wrong-count', 'wrong-primes', 'unasked-bytes'];

/**
 * Runs it.
 *
 * @param settings - see {@link LoadSettings}
 * @param asJson - print one JSON document instead of text
 * @param console - its interrupt ends the run with the result so far
 * @returns the exit code
 */
export async function runLoadCommand(
  settings: LoadSettings,
  asJson: boolean,
  { stdout, stderr, interrupt, env }: Console,
): Promise<number> {
  const line = new LiveLine(stderr, { env });
  try {
    const verify = settings.verify ? await prepareVerifier() : undefined;
    const plan: LoadPlan = { ...settings.plan, verify };
    const runOrSearch = settings.goal === undefined ? runOnce : search;
    const { text, code } = await runOrSearch(plan, settings, asJson, line, interrupt);
    line.clear();
    stdout.write(text);
    return interrupt.aborted ? EXIT_INTERRUPTED : code;
  } catch (error) {
    line.clear();
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    if (isFileError(error)) stderr.write(`error: cannot write ${error.path}: ${error.message}\n`);
    else if (error instanceof ConnectError) stderr.write(`error: ${error.message}\n`);
    else throw error;
    return EXIT_FAILED;
  }
}

/** The text to print, and the exit code. */
interface Outcome {
  readonly text: string;
  readonly code: number;
}

async function runOnce(
  plan: LoadPlan,
  { verify, failIf, csvPath, hgrmPath }: LoadSettings,
  asJson: boolean,
  line: LiveLine,
  signal: AbortSignal,
): Promise<Outcome> {
  const machine = environment();
  const result = await runLoad(plan, {
    signal,
    onProgress: (snapshot) => {
      line.show(liveText(snapshot, plan));
    },
  });
  if (csvPath !== undefined) await writeFile(csvPath, renderCsv(result));
  if (hgrmPath !== undefined) await writeFile(hgrmPath, renderHgrm(result.histograms.done));
  const text = asJson ? renderJson(result, failIf, machine) : renderText(result, verify, failIf);
  const isCrossed = failIf.some((condition) => holds(condition, result));
  return { text, code: isFailed(result) ? EXIT_FAILED : isCrossed ? EXIT_THRESHOLD : EXIT_OK };
}

async function search(
  plan: LoadPlan,
  { verify, goal }: LoadSettings,
  asJson: boolean,
  line: LiveLine,
  signal: AbortSignal,
): Promise<Outcome> {
  const machine = environment();
  let runs = 0;
  const found = await findMaxRate(plan, goal!, {
    signal,
    ...(plan.model.kind === 'open' && { firstRate: plan.model.rate }),
    onProgress: (snapshot) => {
      line.show(`run ${runs + 1}: ${liveText(snapshot, plan)}`);
    },
    onTrial: ({ rate, good }) => {
      runs++;
      line.show(`run ${runs}: ${formatDigits(rate)} requests/s ${good ? 'hold' : 'do not hold'} ${goal!.text}`);
    },
  });
  const text = asJson
    ? renderSearchJson(found, goal!, machine, signal.aborted)
    : renderSearch(found, plan, goal!, verify, signal.aborted);
  return { text, code: found.best === undefined ? EXIT_FAILED : EXIT_OK };
}

function isFailed({ requests, errors }: LoadResult): boolean {
  return requests === 0 || WRONG.some((kind) => errors[kind] !== undefined);
}

/** Whether the user named a file that can't be written. */
function isFileError(error: unknown): error is Error & { readonly path: string } {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}
