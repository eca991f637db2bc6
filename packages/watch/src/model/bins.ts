/** Histograms of many clients: turns since the last call, and how long clients wait. Bins double, as waits do. */
import type { State } from '@concurrent-primes/trace';
import type { Bin } from './picture.ts';
import type { Standing, Standings } from './standing.ts';

type Counted = 'served' | 'itself' | 'another';

const TURNS: readonly (readonly [label: string, below: number])[] = [
  ['this', 1],
  ['1', 2],
  ['2–3', 4],
  ['4–7', 8],
  ['8–15', 16],
  ['16–31', 32],
  ['–127', 128],
  ['–511', 512],
  ['512+', Infinity],
];

const WAITS: readonly (readonly [label: string, below: number])[] = [
  ['–10 ms', 10_000],
  ['–100 ms', 100_000],
  ['–1 s', 1_000_000],
  ['–2 s', 2_000_000],
  ['–4 s', 4_000_000],
  ['–8 s', 8_000_000],
  ['–16 s', 16_000_000],
  ['longer', Infinity],
];

/** Turns since each client's last call. */
export function turnBins({ present }: Standings): readonly Bin[] {
  return binsOf(TURNS, present, ({ waiting }) => (waiting.kind === 'served' ? 0 : waiting.turns));
}

/** How long the clients that wait for another client have waited. */
export function waitBins(state: State, standings: Standings): readonly Bin[] {
  return binsOf(WAITS, standings.of('another'), ({ waiting }) => state.timeUs - waiting.sinceUs);
}

/** How long it is since each client's last call, for servers without turns. */
export function callBins(state: State, { present }: Standings): readonly Bin[] {
  return binsOf(WAITS, present, ({ client }) => state.timeUs - (client.lastCallUs ?? client.acceptedUs));
}

function binsOf(
  edges: readonly (readonly [label: string, below: number])[],
  standings: readonly Standing[],
  valueOf: (standing: Standing) => number,
): readonly Bin[] {
  const bins = edges.map(([label]) => ({ label, served: 0, itself: 0, another: 0 }));
  for (const standing of standings) {
    const value = valueOf(standing);
    const index = edges.findIndex(([, below]) => value < below);
    bins[index]![countedAs(standing)]++;
  }
  return bins;
}

function countedAs({ waiting }: Standing): Counted {
  if (waiting.kind === 'another') return 'another';
  return waiting.kind === 'itself' || waiting.kind === 'unknown' ? 'itself' : 'served';
}
