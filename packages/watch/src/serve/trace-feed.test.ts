import {
  EVENT_WORDS,
  type EventBatch,
  encodeEvents,
  initialState,
  fold,
  packState,
  type State,
  unpackState,
} from '@concurrent-primes/trace';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { headerOf, RECORDINGS } from '../testing/recordings.ts';
import { watchedScript } from '../testing/watched-script.ts';
import { type FeedListener, TraceFeed } from './trace-feed.ts';

/** Folds what a listener gets. */
function follower(): FeedListener & { state: State | undefined; readonly batches: EventBatch[] } {
  return {
    state: undefined,
    batches: [],
    begin(header, state) {
      this.state = unpackState(packState(state), header.server);
    },
    add(batch) {
      this.batches.push(batch);
      fold(this.state!, batch);
    },
  };
}

it('gives listeners that come at different times the same state', () => {
  const server = watchedScript('ten');
  const feed = new TraceFeed(server.trace);
  const [early, late] = [follower(), follower()];
  const ends = [feed.listen(early)];
  server.happen(100);
  feed.read();
  ends.push(feed.listen(late));
  server.happen();
  feed.read();
  const { server: info, batch } = RECORDINGS['ten']!();
  const whole = initialState(info);
  fold(whole, batch);
  expect(packState(early.state!)).toEqual(packState(whole));
  expect(packState(late.state!)).toEqual(packState(whole));
  expect(late.batches.map(({ words }) => words.length / EVENT_WORDS)).toEqual([batch.words.length / EVENT_WORDS - 100]);
  for (const end of ends) end();
});

it('reads nothing while nobody listens', () => {
  const server = watchedScript('four');
  const feed = new TraceFeed(server.trace);
  expect(feed.watched).toBe(false);
  const listener = follower();
  const end = feed.listen(listener);
  expect(feed.watched).toBe(true);
  end();
  end();
  expect(feed.watched).toBe(false);
  server.happen();
  feed.read();
  expect(listener.batches).toEqual([]);
});

describe('a server that is faster than anybody can follow', () => {
  /** A server with as many events a second as the test says, and what its trace was asked for. */
  function fastServer(eventsPerSecond: number) {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const asked: string[] = [];
    const server = { perSecond: eventsPerSecond, asked };
    let readAtMs = performance.now();
    const trace = {
      header: headerOf(RECORDINGS['four']!().server),
      read() {
        const passedMs = performance.now() - readAtMs;
        readAtMs = performance.now();
        const turn = (number: number) =>
          ({ name: 'TURN', timeUs: readAtMs * 1000, thread: 0, slot: 0, a: number, b: 4 }) as const;
        asked.push('read');
        return [encodeEvents(Array.from({ length: (server.perSecond * passedMs) / 1000 }, (_, index) => turn(index)))];
      },
      passOver: () => {
        readAtMs = performance.now();
        asked.push('passOver');
      },
      askForSnapshots: () => asked.push('snapshots'),
    };
    const ofLastSecond = (): string[] => {
      asked.length = 0;
      vi.advanceTimersByTime(1000);
      return [...new Set(asked)].sort();
    };
    return { server, feed: new TraceFeed(trace), ofLastSecond };
  }

  it('is sampled: most of its events are left out, snapshots tell the rest', () => {
    const { feed, ofLastSecond, server } = fastServer(200_000);
    const listener = follower();
    const end = feed.listen(listener);
    vi.advanceTimersByTime(1000);
    const before = listener.state!.position;
    expect(ofLastSecond()).toEqual(['passOver', 'read', 'snapshots']);
    expect(server.asked.filter((what) => what === 'read').length).toBeLessThanOrEqual(3);
    expect(listener.state!.position - before).toBeLessThan(25_000);
    end();
  });

  it('is read whole as soon as it is slower', () => {
    const { feed, ofLastSecond, server } = fastServer(200_000);
    const end = feed.listen(follower());
    vi.advanceTimersByTime(1000);
    server.perSecond = 1000;
    vi.advanceTimersByTime(1000);
    expect(ofLastSecond()).toEqual(['read']);
    end();
  });

  it('is read whole while a listener needs all events', () => {
    const { feed, ofLastSecond } = fastServer(200_000);
    const ends = [feed.listen(follower()), feed.listen({ ...follower(), needsAll: true })];
    vi.advanceTimersByTime(1000);
    expect(ofLastSecond()).toEqual(['read']);
    for (const end of ends) end();
  });
});
