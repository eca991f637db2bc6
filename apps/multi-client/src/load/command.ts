/** The command under load: runs, shows how it goes, writes what came of it, and says by its exit code whether it is good. */
import { ConnectError, findMaxRate, holds, type LoadPlan, type LoadResult, runLoad } from '@concurrent-primes/load';
import { prepareVerifier } from '@concurrent-primes/load/verifier';
import { writeFile } from 'node:fs/promises';
import type { Surroundings } from '../cli.ts';
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_SERVED, EXIT_THRESHOLD } from '../exit-codes.ts';
import { renderCsv, renderHgrm } from './files.ts';
import { environment, renderJson, renderSearchJson } from './json.ts';
import { digits } from './format.ts';
import { LiveLine, liveText } from './live-line.ts';
import type { LoadSettings } from './options.ts';
import { renderSearch } from './search-text.ts';
import { renderText } from './text.ts';

/** What makes a wrong answer: the rest may be the load's fault, these are the server's. */
const WRONG = ['wrong-greeting', 'wrong-count', 'wrong-primes', 'unasked-bytes'];

/**
 * Runs it.
 *
 * @param settings - see {@link LoadSettings}
 * @param asJson - one JSON document instead of text
 * @param surroundings - see {@link Surroundings}
 * @param signal - ends it, with what it has by then
 * @returns the exit code
 */
export async function runLoadCommand(
  settings: LoadSettings,
  asJson: boolean,
  { stdout, stderr, interrupt }: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const line = new LiveLine((text) => stderr.isTTY && stderr.write(text));
  try {
    const verify = settings.verify ? await prepareVerifier() : undefined;
    const plan: LoadPlan = { ...settings.plan, verify };
    const { text, code } = await (settings.goal === undefined ? runOnce : search)(plan, settings, asJson, line, signal);
    line.clear();
    stdout.write(text);
    return interrupt.aborted ? EXIT_INTERRUPTED : code;
  } catch (error) {
    line.clear();
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    if (!(error instanceof ConnectError) && !isFileError(error)) throw error;
    stderr.write(`concurrent-primes-multi: ${error.message}\n`);
    return EXIT_FAILED;
  }
}

/** What is to be written, and the exit code. */
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
  const where = environment();
  const onProgress = (snapshot: Parameters<typeof liveText>[0]): void => {
    line.show(liveText(snapshot, plan));
  };
  const result = await runLoad(plan, { signal, onProgress });
  if (csvPath !== undefined) await writeFile(csvPath, renderCsv(result));
  if (hgrmPath !== undefined) await writeFile(hgrmPath, renderHgrm(result.histograms.done));
  const text = asJson ? renderJson(result, failIf, where) : renderText(result, verify, failIf);
  const isCrossed = failIf.some((condition) => holds(condition, result));
  return { text, code: isFailed(result) ? EXIT_FAILED : isCrossed ? EXIT_THRESHOLD : EXIT_SERVED };
}

async function search(
  plan: LoadPlan,
  { verify, goal }: LoadSettings,
  asJson: boolean,
  line: LiveLine,
  signal: AbortSignal,
): Promise<Outcome> {
  const where = environment();
  let rates = 0;
  const found = await findMaxRate(plan, goal!, {
    signal,
    ...(plan.model.kind === 'open' && { firstRate: plan.model.rate }),
    onProgress: (snapshot) => {
      line.show(`run ${rates + 1}: ${liveText(snapshot, plan)}`);
    },
    onTrial: ({ rate, good }) => {
      rates++;
      line.show(`run ${rates}: ${digits(rate)} requests/s ${good ? 'hold' : 'do not hold'} ${goal!.text}`);
    },
  });
  const text = asJson
    ? renderSearchJson(found, goal!, where, signal.aborted)
    : renderSearch(found, plan, goal!, verify, signal.aborted);
  return { text, code: found.best === undefined ? EXIT_FAILED : EXIT_SERVED };
}

function isFailed({ requests, errors }: LoadResult): boolean {
  return requests === 0 || WRONG.some((kind) => errors[kind] !== undefined);
}

/** A file that can't be written is the user's, and no fault of ours. */
function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}
