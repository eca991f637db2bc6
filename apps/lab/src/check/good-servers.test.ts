/** Nothing is found where nothing is wrong: our servers pass every check, and one that shares no code with them. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ARCHITECTURES, argumentsOf, variantsOf } from '@concurrent-primes/server/architectures';
import { TextSink, whyMissing } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { NEVER, SETTINGS } from '../testing/check-server.ts';
import type { CheckReport } from './check.ts';
import { selectChecks } from './checks.ts';
import { runChecks } from './run-checks.ts';
import { CommandTarget } from './check-target.ts';
import { WaitLine } from './wait-line.ts';

const SERVER = fileURLToPath(
  new URL('dist/main.js', `file://${createRequire(import.meta.url).resolve('@concurrent-primes/server/package.json')}`),
);
const PYTHON_SERVER = fileURLToPath(new URL('../testing/prime_server.py', import.meta.url));
const NO_PYTHON = whyMissing('python3', ['--version']);
/** A minute only ends a hang: a machine that is busy with other tests may stand still for seconds. */
const PATIENT = { ...SETTINGS, timeoutMs: 60_000 };

/** The failures in full: nothing was planted here, so only they say what went wrong. */
function detailsOf({ results }: CheckReport): Record<string, unknown> {
  return Object.fromEntries(
    results.flatMap((result) => (result.status === 'failed' ? [[result.name, result.failure]] : [])),
  );
}

async function check(command: string, settings = PATIENT) {
  const timeoutMs = 60_000;
  const waiting = { timeoutMs, line: new WaitLine(new TextSink(), timeoutMs) };
  const target = await CommandTarget.start(command, NEVER, waiting);
  try {
    const report = await runChecks({ checks: selectChecks([]), settings, target, interrupt: NEVER });
    const skipped = report.results.filter(({ status }) => status === 'skipped').map(({ name }) => name);
    return { failures: detailsOf(report), skipped, leftOut: report.leftOut.map(({ name }) => name) };
  } finally {
    await target[Symbol.asyncDispose]();
  }
}

describe('lab check', { timeout: 600_000 }, () => {
  it.for(variantsOf(ARCHITECTURES))('finds nothing wrong with our server: $name', async (variant) => {
    const command = `exec '${process.execPath}' '${SERVER}' ${argumentsOf(variant).join(' ')} --port {port}`;
    const result = await check(command, { ...PATIENT, maxWidth: undefined });
    expect(result).toEqual({ failures: {}, skipped: [], leftOut: ['full'] });
  });

  it('finds nothing wrong with a server in Python', async (test) => {
    if (NO_PYTHON !== undefined) test.skip(NO_PYTHON);
    expect(await check(`exec python3 '${PYTHON_SERVER}' {port}`)).toMatchObject({ failures: {}, skipped: [] });
  });
});
