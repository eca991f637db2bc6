/**
 * The stream to one page, over its WebSocket: the recording as it happens.
 *
 * A page that reads too slowly must not fill the memory of the server's process. When too many bytes wait in its
 * connection, events are dropped; when they have left, the page is told how many messages were dropped, and begins again
 * with a keyframe.
 */
import {
  EVENT_WORDS,
  type EventBatch,
  MAGIC,
  eventsFrame,
  headerFrame,
  keyframe,
  type RecordingHeader,
  type State,
} from '@concurrent-primes/trace';
import type { Notice } from '../messages.ts';
import type { TraceFeed } from './trace-feed.ts';

/** Events of one message: 64 KiB less the frame's own bytes. */
const MESSAGE_EVENTS = 4080;
/** When this many bytes wait for a page, it is too slow. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/** How soon a slow page is looked at again. */
const RETRY_MS = 100;

/** The part of a WebSocket that a stream uses. */
export interface MessageSocket {
  /** Bytes that were not handed to the kernel yet. */
  readonly bufferedAmount: number;
  send(message: string | Uint8Array): void;
}

/** Sends what a feed has to one page. */
export class PageStream {
  readonly #feed: TraceFeed;
  readonly #socket: MessageSocket;
  #dropped = 0;
  #retry: NodeJS.Timeout | undefined;
  #stop: () => void = () => undefined;

  constructor(feed: TraceFeed, socket: MessageSocket) {
    this.#feed = feed;
    this.#socket = socket;
  }

  /** Begins to send. */
  start(): void {
    this.#socket.send(MAGIC);
    this.#stop = this.#feed.listen({
      begin: (header, state) => {
        this.#begin(header, state);
      },
      add: (batch) => {
        this.#add(batch);
      },
    });
  }

  /** Sends a notice. */
  notice(notice: Notice): void {
    this.#socket.send(JSON.stringify(notice));
  }

  /** Sends nothing more. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#stop();
  }

  #begin(header: RecordingHeader, state: State): void {
    this.#socket.send(headerFrame(header));
    this.#socket.send(keyframe(state));
  }

  #add(batch: EventBatch): void {
    const messages = split(batch);
    if (this.#dropped === 0 && this.#socket.bufferedAmount <= MOST_WAITING_BYTES) {
      for (const message of messages) this.#socket.send(eventsFrame(message));
      return;
    }
    this.#dropped += messages.length;
    // Also when no event follows: a page must not miss that the server is held.
    this.#retry ??= setTimeout(() => {
      this.#resume();
    }, RETRY_MS).unref();
  }

  /** Begins again when all that waited has left. */
  #resume(): void {
    this.#retry = undefined;
    if (this.#socket.bufferedAmount > 0) {
      this.#retry = setTimeout(() => {
        this.#resume();
      }, RETRY_MS).unref();
      return;
    }
    this.notice({ dropped: this.#dropped });
    this.#dropped = 0;
    this.#begin(this.#feed.header, this.#feed.state);
  }
}

function split({ baseUs, words }: EventBatch): EventBatch[] {
  const step = MESSAGE_EVENTS * EVENT_WORDS;
  return Array.from({ length: Math.ceil(words.length / step) }, (_, index) => ({
    baseUs,
    words: words.subarray(index * step, (index + 1) * step),
  }));
}
