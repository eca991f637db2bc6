import { packState, Recording, type RecordingPart } from '@concurrent-primes/trace';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Notice } from '../messages.ts';
import { FrameStream } from '../page/frame-stream.ts';
import { watchedScript } from '../testing/watched-script.ts';
import { PageStream } from './page-stream.ts';
import { TraceFeed } from './trace-feed.ts';

/** A page behind a connection that is as slow as the test says. */
function slowPage() {
  const sent: (string | Uint8Array)[] = [];
  return {
    socket: {
      bufferedAmount: 0,
      send(message: string | Uint8Array) {
        // A connection may keep the memory until it is sent.
        sent.push(typeof message === 'string' ? message : message.slice());
      },
    },
    notices: (): Notice[] =>
      sent.filter((message) => typeof message === 'string').map((text) => JSON.parse(text) as Notice),
    /** The recordings that the page has got, the last one last. */
    async recordings(): Promise<Recording[]> {
      const recordings: Recording[] = [];
      const take = (part: RecordingPart): void => {
        if (part.type === 'header') recordings.push(new Recording(part.header));
        else recordings.at(-1)!.add(part);
      };
      const stream = new FrameStream(take, (error) => {
        throw error;
      });
      for (const message of sent) if (typeof message !== 'string') await stream.push(message);
      return recordings;
    },
    longest: (): number => Math.max(...sent.map((message) => message.length)),
  };
}

it('sends all events, in messages of at most 64 KiB', async () => {
  const server = watchedScript('crowd');
  const feed = new TraceFeed(server.trace);
  const page = slowPage();
  const stream = new PageStream(feed, page.socket);
  stream.start();
  server.happen();
  feed.read();
  const [recording] = await page.recordings();
  expect(packState(recording!.state)).toEqual(packState(feed.state));
  expect(recording!.end).toBe(feed.state.position);
  expect(page.longest()).toBeLessThanOrEqual(64 * 1024);
  stream.stop();
});

it('drops events for a slow page, says how many messages, and begins again with the state', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const server = watchedScript('ten');
  const feed = new TraceFeed(server.trace);
  const page = slowPage();
  const stream = new PageStream(feed, page.socket);
  stream.start();
  const happen = (bufferedAmount: number): void => {
    page.socket.bufferedAmount = bufferedAmount;
    server.happen(10);
    feed.read();
  };
  happen(0);
  happen(100 * 1024 * 1024);
  happen(1); // not before all has left
  vi.advanceTimersByTime(1000);
  expect(page.notices()).toEqual([]);
  // Nothing more happens, and the page gets what it missed.
  page.socket.bufferedAmount = 0;
  vi.advanceTimersByTime(1000);
  expect(page.notices()).toEqual([{ dropped: 2 }]);
  happen(0);
  vi.useRealTimers();
  const [first, second] = await page.recordings();
  expect(first!.end).toBe(10);
  expect(second!.begin).toBe(30);
  expect(packState(second!.state)).toEqual(packState(feed.state));
  stream.stop();
});
