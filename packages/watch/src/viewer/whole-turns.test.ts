import { decodeEvents, eventCount } from '@concurrent-primes/trace';
import { describe, expect, it } from 'vitest';
import { fourClients } from '../testing/loop-recordings.ts';
import { WholeTurns } from './whole-turns.ts';

const BATCH = fourClients();

describe('WholeTurns', () => {
  it('takeWhole() keeps the last turn back, until it is over', () => {
    const turns = new WholeTurns();
    turns.add(BATCH);
    const [whole] = turns.takeWhole();
    const last = turns.takeAll();
    expect(eventCount(whole!) + eventCount(last[0]!)).toBe(eventCount(BATCH));
    expect(decodeEvents(whole!).at(-1)?.name).toBe('ENTER');
    expect(decodeEvents(last[0]!)[0]?.name).toBe('TURN');
    expect(turns.hasMore).toBe(false);
  });

  it('takeWhole() returns the same events for any split', () => {
    const turns = new WholeTurns();
    const taken: string[] = [];
    for (let at = 0; at < BATCH.words.length; at += 12) {
      turns.add({ ...BATCH, words: BATCH.words.subarray(at, at + 12) });
      taken.push(
        ...turns
          .takeWhole()
          .flatMap(decodeEvents)
          .map(({ name }) => name),
      );
    }
    taken.push(
      ...turns
        .takeAll()
        .flatMap(decodeEvents)
        .map(({ name }) => name),
    );
    expect(taken).toEqual(decodeEvents(BATCH).map(({ name }) => name));
  });
});
