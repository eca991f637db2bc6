/** Recordings for tests of the page: what a server would send. */
import {
  type EventBatch,
  EVENT_WORDS,
  eventsFrame,
  headerFrame,
  MAGIC,
  type RecordingHeader,
  type ServerInfo,
} from '@concurrent-primes/trace';
import { loopServer, netServer, poolServer } from './event-writer.ts';
import { crowdOfClients, fourClients, tenClients } from './loop-recordings.ts';
import { threeCallbacks } from './net-recordings.ts';
import { sevenClients, starvingPool } from './pool-recordings.ts';

/** A server and its events. */
export interface TestRecording {
  readonly server: ServerInfo;
  readonly batch: EventBatch;
}

/** All recordings by name. */
export const RECORDINGS: Readonly<Record<string, () => TestRecording>> = {
  four: () => ({ server: loopServer(), batch: fourClients() }),
  ten: () => ({ server: loopServer(), batch: tenClients() }),
  pool: () => ({ server: poolServer(3, 2), batch: sevenClients() }),
  starving: () => ({ server: poolServer(64, 256), batch: starvingPool() }),
  net: () => ({ server: netServer(), batch: threeCallbacks() }),
  thirty: () => ({ server: loopServer(), batch: crowdOfClients(30, 400) }),
  many: () => ({ server: loopServer(), batch: crowdOfClients(150, 300) }),
  crowd: () => ({ server: loopServer(), batch: crowdOfClients(1000, 200) }),
};

/** The header of a recording. */
export function headerOf(server: ServerInfo): RecordingHeader {
  return { format: 'concurrent-primes/recording@1', server, startedMs: 0, versions: {}, machine: {} };
}

/** The messages of a stream: the header, then events, in messages of at most this many. */
export function messagesOf({ server, batch }: TestRecording, eventsEach = Infinity): Uint8Array<ArrayBuffer>[] {
  const header = headerOf(server);
  const { words, baseUs } = batch;
  const step = Math.min(words.length, eventsEach * EVENT_WORDS);
  const messages = [new Uint8Array([...MAGIC, ...headerFrame(header)])];
  for (let at = 0; at < words.length; at += step) {
    messages.push(eventsFrame({ baseUs, words: words.subarray(at, at + step) }));
  }
  return messages;
}

/** A whole recording. */
export function recordingBytes(recording: TestRecording): Uint8Array {
  return Buffer.concat(messagesOf(recording));
}
