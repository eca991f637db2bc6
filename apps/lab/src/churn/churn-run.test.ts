import { KNOWN_ANSWERS } from '@concurrent-primes/conformance';
import { whyNoProc } from '@concurrent-primes/harness';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ChurnReport, runChurn } from './churn-run.ts';
import { ReferenceAnswers } from './reference-answers.ts';

const SERVER = fileURLToPath(new URL('../testing/churned-server.ts', import.meta.url));
const CONNECTIONS = 1000;
const reference = new ReferenceAnswers(10_000_000);

/** The shortest run, over the reference server with a flaw. */
function churnOver(flaw?: string): Promise<ChurnReport> {
  return runChurn({
    command: [process.execPath, SERVER, ...(flaw === undefined ? [] : [flaw])],
    connections: CONNECTIONS,
    // The reference server buffers as Node does; what it keeps when it is flawed is 700 KB a connection.
    slackBytes: 256 * 2 ** 20,
    quietTimeoutMs: flaw === undefined ? 20_000 : 1000,
    reference,
    widest: KNOWN_ANSWERS[3]!,
    onProgress: () => undefined,
  });
}

describe.skipIf(whyNoProc() !== undefined)('runChurn()', () => {
  it('finds no fault in a correct server, and counts all visits', async () => {
    const report = await churnOver();
    expect(report.faults).toEqual([]);
    expect(report.summary.connections).toBe(CONNECTIONS);
    expect(report.atEnd.descriptors).toBe(report.atStart.descriptors);
    // The widest client is not part of the mix, and the flood's 200 connections are one visit.
    expect([...report.visits.values()].reduce((sum, count) => sum + count)).toBe(CONNECTIONS - 1 - 199);
  });

  it.for([
    { flaw: 'drops-a-prime', fault: /^a good client at byte 0 of the answer to .*: expected \d+ right bytes, got/ },
    { flaw: 'keeps a descriptor', fault: /new: fd \/dev\/null/ },
    { flaw: 'keeps memory', fault: /^memory after the warm-up may grow by 256.0 MiB, it grew by/ },
    { flaw: 'dies', fault: /must exit with 0 after SIGTERM, it ended with exit code 3/ },
  ])('finds the fault of a server that $flaw', async ({ flaw, fault }) => {
    const { faults } = await churnOver(flaw);
    expect(faults).toContainEqual(expect.stringMatching(fault));
    // A server that fails every client is given up soon.
    expect(faults.length).toBeLessThan(200);
  });
});
