import { WakePipe, createSelector, READ } from '@concurrent-primes/sockets';
import { afterEach, expect, it } from 'vitest';
import { PausedLoops } from './paused-loops.ts';

const owned: Disposable[] = [];

afterEach(() => {
  for (const resource of owned.splice(0)) resource[Symbol.dispose]();
});

/** Three loops, and a function that returns which of them were woken since its last call. */
function scene(): { readonly loops: readonly PausedLoops[]; readonly woken: () => number[] } {
  const pipes = [0, 1, 2].map(() => new WakePipe());
  const wakeDescriptors = pipes.map(({ writeDescriptor }) => writeDescriptor);
  const first = new PausedLoops(wakeDescriptors, 0);
  const loops = [first, ...[1, 2].map((own) => new PausedLoops(wakeDescriptors, own, first.memory))];
  const selector = createSelector('poll');
  for (const { readDescriptor } of pipes) selector.register(readDescriptor, READ);
  owned.push(selector, ...pipes);
  const woken = (): number[] => {
    const { count, descriptors } = selector.select(0);
    const ready = new Set(descriptors.subarray(0, count));
    for (const pipe of pipes) pipe.drain();
    return pipes.flatMap(({ readDescriptor }, loop) => (ready.has(readDescriptor) ? [loop] : []));
  };
  return { loops, woken };
}

it('wakeOthers() wakes the other loops that have joined, once', () => {
  const { loops, woken } = scene();
  loops[0]!.wakeOthers();
  expect(woken()).toEqual([]);
  loops[0]!.join();
  loops[2]!.join();
  loops[0]!.wakeOthers();
  expect(woken()).toEqual([2]);
  expect(loops.map(({ joined }) => joined)).toEqual([true, false, false]);
  loops[1]!.wakeOthers();
  expect(woken()).toEqual([0]);
  loops[1]!.wakeOthers();
  expect(woken()).toEqual([]);
});

it('join() returns true when the loop had not joined before', () => {
  const [first, second] = scene().loops as [PausedLoops, PausedLoops];
  expect(first.joined).toBe(false);
  expect(first.join()).toBe(true);
  expect(first.join()).toBe(false);
  expect(first.joined).toBe(true);
  second.wakeOthers();
  expect(first.joined).toBe(false);
  expect(first.join()).toBe(true);
});
