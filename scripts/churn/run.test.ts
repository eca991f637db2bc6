import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NO_LEAK_CHECK } from '../../packages/fixtures/src/leaks.ts';
import { KNOWN_ANSWERS } from '../../packages/fixtures/src/primes.ts';
import { Reference } from './reference.ts';
import { churn, type Report } from './run.ts';

const SERVER = fileURLToPath(new URL('testing/reference-process.ts', import.meta.url));
const CONNECTIONS = 1000;
const reference = new Reference(10_000_000);

/** Churn in its shortest form, over the reference server with a flaw. */
function churnOver(flaw?: string): Promise<Report> {
  return churn({
    command: [process.execPath, SERVER, ...(flaw === undefined ? [] : [flaw])],
    connections: CONNECTIONS,
    // The reference server buffers as Node does; what it keeps when it is flawed is 500 KB a connection.
    slackBytes: 256 * 2 ** 20,
    quietTimeoutMs: flaw === undefined ? 20_000 : 1000,
    reference,
    widest: KNOWN_ANSWERS[3]!,
    onProgress: () => undefined,
  });
}

describe.skipIf(NO_LEAK_CHECK !== undefined)(`churn() (${NO_LEAK_CHECK ?? 'which looks into /proc'})`, () => {
  it('finds no fault in a right server, and counts all that it did', { timeout: 60_000 }, async () => {
    const report = await churnOver();
    expect(report.faults).toEqual([]);
    expect(report.summary.connections).toBe(CONNECTIONS);
    expect(report.atEnd.descriptors).toBe(report.atStart.descriptors);
    // The widest client is none of the mix, and of the flood's 200 connections all but one are of the same client.
    expect([...report.visits.values()].reduce((sum, count) => sum + count)).toBe(CONNECTIONS - 1 - 199);
  });

  it.for([
    { flaw: 'drops-a-prime', fault: /^a good client at byte 0 of the answer to .*: expected \d+ right bytes, got/ },
    { flaw: 'keeps a descriptor', fault: /new: fd \/dev\/null/ },
    { flaw: 'keeps memory', fault: /^memory after the warm-up may grow by 256.0 MiB, it grew by/ },
    { flaw: 'dies', fault: /must exit with 0 after SIGTERM, ended with 3/ },
  ])('finds the fault of a server that $flaw', { timeout: 60_000 }, async ({ flaw, fault }) => {
    const { faults } = await churnOver(flaw);
    expect(faults).toContainEqual(expect.stringMatching(fault));
    // Who fails everybody is given up soon.
    expect(faults.length).toBeLessThan(200);
  });
});
