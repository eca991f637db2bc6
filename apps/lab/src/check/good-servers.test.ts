/** Nothing is found where nothing is wrong: our servers pass every check, and one that shares no code with them. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ARCHITECTURES, argumentsOf, variantsOf } from '@concurrent-primes/server/architectures';
import { TextSink, whyMissing } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { failuresOf, NEVER, SETTINGS } from '../testing/check-server.ts';
import { selectChecks } from './checks.ts';
import { runChecks } from './run-checks.ts';
import { CommandTarget } from './check-target.ts';
import { WaitLine } from './wait-line.ts';

const SERVER = fileURLToPath(
  new URL('dist/main.js', `file://${createRequire(import.meta.url).resolve('@concurrent-primes/server/package.json')}`),
);
const PYTHON_SERVER = fileURLToPath(new URL('../testing/prime_server.py', import.meta.url));
const NO_PYTHON = whyMissing('python3', ['--version']);
/** Timeouts for a machine that is busy with other tests. */
const PATIENT = { ...SETTINGS, timeoutMs: 10_000 };

async function check(command: string, settings = PATIENT) {
  const timeoutMs = 30_000;
  const waiting = { timeoutMs, line: new WaitLine(new TextSink(), timeoutMs) };
  const target = await CommandTarget.start(command, NEVER, waiting);
  try {
    const report = await runChecks({ checks: selectChecks([]), settings, target, interrupt: NEVER });
    const skipped = report.results.filter(({ status }) => status === 'skipped').map(({ name }) => name);
    return { failures: failuresOf(report), skipped, leftOut: report.leftOut.map(({ name }) => name) };
  } finally {
    await target[Symbol.asyncDispose]();
  }
}

describe('lab check', { timeout: 120_000 }, () => {
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
