/** `lab replay --trace`: recordings of real servers, against the rules of the format. */
import { TextSink, eventually } from '@concurrent-primes/fixtures';
import { EXIT_OK } from '@concurrent-primes/harness/terminal';
import type { ChromeEvent, ChromeTrace } from '@concurrent-primes/trace';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { NEVER } from '../testing/check-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-trace-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Records a server with clients, and exports the recording. */
async function exported(server: string, ...args: string[]): Promise<ChromeTrace> {
  const file = join(folder, `${server.replaceAll(/\W/g, '-')}.cpr`);
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const interrupt = new AbortController();
  const options = ['watch', '-s', server, '-t', '3', '--per-second', '1000', '--record', file, ...args];
  const watching = runCli(options, { stdout, stderr, env: {}, interrupt: interrupt.signal });
  await eventually(() => {
    expect(statSync(file).size, stderr.text).toBeGreaterThan(1500);
  });
  interrupt.abort();
  expect(await watching).toBe(EXIT_OK);
  const out = new TextSink();
  const code = await runCli(['replay', file, '--trace', '-'], { stdout: out, stderr, env: {}, interrupt: NEVER });
  expect({ code, stderr: stderr.text }).toEqual({ code: EXIT_OK, stderr: '' });
  return JSON.parse(out.text) as ChromeTrace;
}

/** What breaks the rules of the format, in words. */
function faultsOf({ traceEvents }: ChromeTrace): string[] {
  const faults: string[] = [];
  const named = traceEvents.filter(({ ph, name }) => ph === 'M' && name === 'thread_name').map(({ tid }) => tid);
  const flows = new Map<number, ChromeEvent[]>();
  const spans = new Map<number, number>();
  const tracks = new Map<number, ChromeEvent[]>();
  for (const event of traceEvents) {
    const { ph, ts, dur, tid, id, name } = event;
    if (!(ts >= 0) || name === '') faults.push(`${name}: no time or name`);
    if (ph === 'X') {
      if (!(dur !== undefined && dur >= 0)) faults.push(`${name}: a slice of ${dur}`);
      if (!named.includes(tid)) faults.push(`${name}: a track without a name`);
      tracks.set(tid, [...(tracks.get(tid) ?? []), event]);
    }
    if (ph === 's' || ph === 't' || ph === 'f') flows.set(id!, [...(flows.get(id!) ?? []), event]);
    if (ph === 'b') spans.set(id!, (spans.get(id!) ?? 0) + 1);
    if (ph === 'e') spans.set(id!, (spans.get(id!) ?? 0) - 1);
    if (ph === 'C' && Object.values(event.args ?? {}).some((value) => typeof value !== 'number' || value < 0)) {
      faults.push(`${name}: a counter must be a number from 0`);
    }
  }
  for (const [id, open] of spans) if (open !== 0) faults.push(`span ${id} has no end, or no begin`);
  for (const [id, events] of flows) {
    const times = events.map(({ ts }) => ts);
    if (times.some((ts, index) => ts < (times[index - 1] ?? 0))) faults.push(`flow ${id} goes back in time`);
    if (events.filter(({ ph }) => ph === 's').length !== 1) faults.push(`flow ${id} must begin once`);
    for (const { ts, tid } of events) {
      const isInside = (tracks.get(tid) ?? []).some((slice) => slice.ts <= ts && ts <= slice.ts + slice.dur!);
      if (!isInside) faults.push(`flow ${id} has no slice at ${ts}`);
    }
  }
  for (const slices of tracks.values()) faults.push(...overlaps(slices));
  return faults;
}

/** Slices of a track must lie inside each other, or apart. */
function overlaps(slices: readonly ChromeEvent[]): string[] {
  const faults: string[] = [];
  const open: { readonly name: string; readonly end: number }[] = [];
  for (const { name, ts, dur } of [...slices].sort((one, other) => one.ts - other.ts || other.dur! - one.dur!)) {
    while (open.length > 0 && open.at(-1)!.end <= ts) open.pop();
    const around = open.at(-1);
    if (around !== undefined && ts + dur! > around.end) faults.push(`${name} at ${ts} reaches beyond ${around.name}`);
    open.push({ name, end: ts + dur! });
  }
  return faults;
}

it.each([
  ['select', /^turn \d+$/, /^select$/],
  ['pool:2', /^serves s\d+$/, /^take$/],
  ['net', /^callback s\d+$/, /^select$/],
])('exports what a %s server does', async (server, outer, waits) => {
  const trace = await exported(server, '--with', 'silent');
  expect(faultsOf(trace)).toEqual([]);
  const slices = trace.traceEvents.filter(({ ph }) => ph === 'X');
  for (const name of [outer, waits, /^recv s\d+$/, /^send s\d+$/, /^close s\d+$/]) {
    expect(slices.filter((slice) => name.test(slice.name)).length, String(name)).toBeGreaterThan(0);
  }
  const flows = trace.traceEvents.filter(({ ph }) => ph === 'f');
  expect(flows.length).toBeGreaterThan(0);
  expect(trace.otherData).toMatchObject({ server: server.replace(/:.*/, '') });
});
