/**
 * Runs checks one after the other, and keeps their failures apart: a check whose foundation has failed is skipped, and
 * a server that a failure has left in pieces is started again, or, if it is not ours to start, is asked whether it
 * still serves anybody before it is blamed for more.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectFailure, serveOne } from '@concurrent-primes/conformance';
import type { Check, CheckReport, CheckResult, CheckSettings, ReportedFailure, Verdict } from './check.ts';
import { openContext } from './check-context.ts';
import { CheckFailure, CheckSkipped, type Diagnosis } from './check-failure.ts';
import type { Target } from './check-target.ts';
import { secondsText } from './words.ts';

export interface RunOptions {
  readonly checks: readonly Check[];
  readonly settings: CheckSettings;
  readonly target: Target;
  /** The user ends the run. */
  readonly interrupt: AbortSignal;
  readonly onBegin?: (check: Check) => void;
  readonly onResult?: (result: CheckResult) => void;
}

/** The shortest limit for a whole check, in milliseconds. */
const CHECK_MS = 30_000;
/** Or this number of silences of the longest allowed length. */
const CHECK_SILENCES = 6;
/** How long a process may take to end, after its sockets are closed. */
const ENDING_MS = 300;
/** The check on which nearly all others rest. */
const FOUNDATION = 'answer';

/**
 * @returns what came of them
 * @throws ConnectFailure when the very first connection is refused: then there is no server; StartFailure when a server that
 * was started does not start again
 */
export async function runChecks(options: RunOptions): Promise<CheckReport> {
  const { checks, settings, target, interrupt } = options;
  const beganMs = performance.now();
  const run = new Run(options);
  const leftOut = checks.flatMap(({ name, unless }) => {
    const reason = unless?.(settings);
    return reason === undefined ? [] : [{ name, reason }];
  });
  const names = new Set(leftOut.map(({ name }) => name));
  for (const check of checks) {
    if (names.has(check.name)) continue;
    if (interrupt.aborted) break;
    await run.one(check);
  }
  return {
    target: target.name,
    seed: settings.seed,
    results: run.results,
    leftOut,
    elapsedMs: performance.now() - beganMs,
    interrupted: interrupt.aborted,
  };
}

class Run {
  readonly results: CheckResult[] = [];
  readonly #options: RunOptions;
  readonly #verdicts = new Map<string, Verdict>();
  /** Since when nobody is served, and why all that follows is skipped. */
  #outOfService: string | undefined;
  #hasConnected = false;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async one(check: Check): Promise<void> {
    const { onBegin, onResult } = this.#options;
    const { name, group, title } = check;
    onBegin?.(check);
    const beganMs = performance.now();
    const reason = this.#whySkipped(check);
    const verdict = reason === undefined ? await this.#verdict(check) : ({ status: 'skipped', reason } as const);
    // An interrupted check has no result.
    if (verdict === undefined) return;
    const result: CheckResult = { name, group, title, elapsedMs: performance.now() - beganMs, ...verdict };
    this.#verdicts.set(name, verdict);
    this.results.push(result);
    onResult?.(result);
    if (reason === undefined && verdict.status !== 'passed') await this.#recover(name);
  }

  #whySkipped({ needs = [] }: Check): string | undefined {
    // What was not chosen, or is left out, is taken for granted.
    for (const need of needs) {
      const verdict = this.#verdicts.get(need);
      if (verdict?.status === 'failed') return `because ${need} failed`;
      // Its reason is the root of this one, too.
      if (verdict?.status === 'skipped') return verdict.reason;
    }
    return this.#outOfService;
  }

  async #verdict(check: Check): Promise<Verdict | undefined> {
    const { settings, target, interrupt } = this.#options;
    const limitMs = Math.max(CHECK_MS, CHECK_SILENCES * settings.timeoutMs) * (check.timeFactor ?? 1);
    const opened = openContext(check.name, settings, target, interrupt, limitMs);
    try {
      await check.run(opened.context);
      return { status: 'passed' };
    } catch (error) {
      if (interrupt.aborted) return undefined;
      if (error instanceof CheckSkipped) return { status: 'skipped', reason: error.message };
      if (error instanceof ConnectFailure) {
        // A server that resets connections is there.
        if (!this.#hasConnected && !opened.hasConnected() && error.code !== 'ECONNRESET') throw error;
        return { status: 'failed', failure: await this.#report(new CheckFailure(notAccepted(error))) };
      }
      if (error instanceof CheckFailure) return { status: 'failed', failure: await this.#report(error) };
      if (error !== opened.outOfTime) throw error;
      return { status: 'failed', failure: await this.#report(new CheckFailure(tooLong(limitMs))) };
    } finally {
      this.#hasConnected ||= opened.hasConnected();
      opened.close();
    }
  }

  /** Says what failed; if the server has died of it, that is what failed. */
  async #report(failure: CheckFailure): Promise<ReportedFailure> {
    const { target } = this.#options;
    const dead = await whyDead(this.#options);
    const { name, what, hint } = dead === undefined ? failure.diagnosis : died(failure.diagnosis, dead);
    return {
      diagnosis: name,
      what,
      hint,
      transcript: failure.transcript(),
      timelines: failure.timelines(target.callsOf),
      serverOutput: target.process?.output.trimEnd() ?? '',
    };
  }

  /** After a failure: the others deserve a server that works. */
  async #recover(culprit: string): Promise<void> {
    const { target, interrupt } = this.#options;
    if (interrupt.aborted || (await target.restart())) return;
    // Without its foundation nothing else is asked anyway.
    if (this.#verdicts.get(FOUNDATION)?.status === 'failed') return;
    const works = await isServing(this.#options);
    if (!works) this.#outOfService = `because the server serves nobody since ${culprit}`;
  }
}

async function isServing({ settings, target, interrupt }: RunOptions): Promise<boolean> {
  const opened = openContext('recovery', settings, target, interrupt, CHECK_MS);
  try {
    await serveOne(opened.context);
    return true;
  } catch {
    return false;
  } finally {
    opened.close();
  }
}

async function whyDead({ settings, target, interrupt }: RunOptions): Promise<string | undefined> {
  // A process that dies resets its clients first.
  await Promise.race([target.process?.exited, delay(ENDING_MS, undefined, { ref: false })]);
  const ending = target.process?.ending;
  if (ending !== undefined) return `its process has ended: ${ending}`;
  const opened = openContext('life', settings, target, interrupt, CHECK_MS);
  try {
    const connection = await opened.context.connectOnly();
    if ((await connection.receive(1, ENDING_MS)).stop === 'reset') await opened.context.connectOnly();
    return undefined;
  } catch (error) {
    return error instanceof ConnectFailure && error.code === 'ECONNREFUSED' ? 'connections are refused' : undefined;
  } finally {
    opened.close();
  }
}

function died({ what }: Diagnosis, why: string): Diagnosis {
  const hintForPipe = why.includes('SIGPIPE')
    ? ' Here it was SIGPIPE, which a send() to a client that has gone raises: ignore it, or send with MSG_NOSIGNAL.'
    : '';
  return {
    name: 'died',
    what: `${what} Now the server is dead: ${why}.`,
    hint:
      'No client may end a server. recv() and send() fail when the other side has reset the connection (ECONNRESET, ' +
      `EPIPE): catch that where one client is served, close its socket, and serve the others.${hintForPipe}`,
  };
}

function notAccepted({ code }: ConnectFailure): Diagnosis {
  return {
    name: 'not-accepted',
    what: `A client could not connect (${code}).`,
    hint: 'Go on calling accept() whatever happens to single clients, and give listen() a backlog of some hundred.',
  };
}

function tooLong(limitMs: number): Diagnosis {
  return {
    name: 'too-long',
    what: `The server was never silent for long, but the check was not over after ${secondsText(limitMs)}.`,
    hint: 'Each byte comes so late that a whole answer takes too long. Compute first, then send; send many primes at a time.',
  };
}
