/**
 * What a page and its server say to each other, besides the recording.
 *
 * Binary messages are parts of the recording: first its header with the last keyframe, then what happens. Text messages
 * are JSON: commands of the page, and notices of the server.
 */

/** How time passes. */
export type Pace = 'held' | 'slow' | 'free';

/** A command of the page. */
export type Command =
  /** Close the gate: threads stop before their next turn or call. */
  | { readonly do: 'hold' }
  /** Let one turn pass, or one call; holds first if the server runs. */
  | { readonly do: 'step'; readonly what: 'turn' | 'call' }
  /** Open the gate. */
  | { readonly do: 'run' }
  /** Let this many turns a second pass. */
  | { readonly do: 'slow'; readonly perSecond: number }
  /** Start a client against the server. */
  | { readonly do: 'add'; readonly client: string; readonly interval: readonly [a: number, b: number] };

/** A kind of client that the page can add. */
export interface AddableClient {
  /** `good`, or a member of the zoo. */
  readonly name: string;
  /** What it does, in a sentence without its subject: "connects and says nothing". */
  readonly does: string;
}

/** A notice of the server. */
export type Notice =
  | {
      readonly hello: {
        /** Whether this page may control the server. */
        readonly control: boolean;
        /** How long after the loss of the last page the gate opens by itself, in milliseconds. */
        readonly releaseAfterMs: number;
        readonly clients: readonly AddableClient[];
        /** Names of the servers that are shown together; `source=1` in the stream's address asks for the second. */
        readonly sources: readonly string[];
      };
    }
  /** A command was refused. */
  | { readonly error: string }
  /** A client that was added has ended, with a reason if it was not served. */
  | { readonly added: { readonly client: string; readonly ended: string } }
  /** The clients are held instead of the servers: how their time passes, and the last thing that one did. */
  | { readonly clients: { readonly pace: Pace; readonly lastAct: string } }
  /** This page read too slowly: this many messages were dropped, and a keyframe follows. */
  | { readonly dropped: number };

/** Path of the WebSocket, beside the page; it takes the page's token. */
export const STREAM_PATH = 'stream';

/** Elements of a page that have recordings: the one that it shows, and another one to show beside it. */
export const RECORDING_IDS = ['recording', 'second-recording'] as const;
