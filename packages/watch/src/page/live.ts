/**
 * The connection to a live server: the recording comes as binary messages, commands and notices are JSON.
 *
 * A lost connection is tried again, at growing intervals. The server begins each stream with the header and a keyframe, so
 * a new connection needs nothing of the old one.
 */
import { type Command, type Notice, STREAM_PATH } from '../messages.ts';

/** What the connection tells. */
export interface LiveListener {
  /** The stream begins: what came before is no longer continued. */
  readonly begun: () => void;
  readonly received: (bytes: Uint8Array) => void;
  readonly noticed: (notice: Notice) => void;
  readonly lost: () => void;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5000;

/** A connection that is opened again after each loss. */
export class Live {
  readonly #url: string;
  readonly #listener: LiveListener;
  #socket: WebSocket | undefined;
  #retryMs = FIRST_RETRY_MS;

  /**
   * @param page - address of the page, with its token
   * @param listener - what is told
   */
  constructor(page: URL, listener: LiveListener) {
    const url = new URL(STREAM_PATH, page);
    url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
    url.search = page.search;
    this.#url = url.href;
    this.#listener = listener;
    this.#open();
  }

  /** Sends a command; a command without a connection is dropped. */
  send(command: Command): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(command));
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.#listener.begun();
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === 'string') this.#listener.noticed(JSON.parse(data) as Notice);
      else this.#listener.received(new Uint8Array(data));
    };
    socket.onclose = () => {
      this.#listener.lost();
      setTimeout(() => {
        this.#open();
      }, this.#retryMs);
      this.#retryMs = Math.min(LAST_RETRY_MS, 2 * this.#retryMs);
    };
  }
}
