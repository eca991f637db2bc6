/**
 * Measures how long the page's main thread works at a time while it shows 1,000 clients at full speed: frames, from script to
 * paint, and folding. It prints the processor time, which doesn't count what other processes do.
 *
 * Usage: pnpm --filter @concurrent-primes/watch run frame-time
 */
import { setTimeout as delay } from 'node:timers/promises';
import { launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import { crowdMessages, fastServerScript, MESSAGES_LEFT } from '../src/testing/fast-server.ts';
import { servePage } from '../src/testing/page-server.ts';

/** The first messages, during which the browser compiles the script. */
const WARM_UP_MESSAGES = 25;
const GOAL_MS = 16;
const POLL_MS = 20;

interface TraceEntry {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time in µs. */
  readonly tdur?: number;
}

/** Processor times of the page's tasks of at least a millisecond, ascending. */
function worksMs(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEntry[] };
  const frame = traceEvents.find(({ name }) => name === 'FireAnimationFrame')!;
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith('RunTask') && pid === frame.pid && tid === frame.tid)
    .map(({ tdur = 0 }) => tdur / 1000)
    .filter((ms) => ms >= 1)
    .sort((one, other) => one - other);
}

const browser = await launchBrowser();
if (browser === undefined) throw new Error(`cannot measure: ${NO_BROWSER}`);
await using server = await servePage();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const messages = crowdMessages();
await page.addInitScript(fastServerScript(messages));
await page.goto(server.url);
const left = async (most: number): Promise<void> => {
  while ((await page.evaluate<number>(MESSAGES_LEFT)) > most) await delay(POLL_MS);
};
await left(messages.length - WARM_UP_MESSAGES);
await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
await left(0);
const works = worksMs(await browser.stopTracing());
await browser.close();
const at = (share: number): string => `${works[Math.floor(works.length * share)]!.toFixed(1)} ms`;
console.log(`1,000 clients, 150,000 events a second: ${works.length} tasks of 1 ms or more on the page's main thread`);
console.log(`median ${at(0.5)}, 95 % ${at(0.95)} (goal ${GOAL_MS} ms), longest ${works.at(-1)!.toFixed(1)} ms`);
