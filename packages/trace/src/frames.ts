/**
 * The recording format: a sequence of frames, each whole by itself. A live connection carries the same frames.
 *
 *     recording   8 bytes "CPWATCH1", then frames
 *     frame       u8 type, u8 compression (0 none, 1 deflate-raw), u16 0, u32 length of the payload, payload
 *     types       1 header     JSON, RecordingHeader; the first frame
 *                 2 events     f64 baseUs, then the words of the events (events.ts)
 *                 3 keyframe   JSON, PackedState: the state at this position
 *
 * All numbers are little endian. A reader skips frames of types that it doesn't know.
 */
import type { EventBatch } from './batch.ts';
import { EVENT_BYTES } from './events.ts';
import { type PackedState, packState, unpackState } from './keyframe.ts';
import type { RecordingHeader, ServerInfo, State } from './state.ts';

/** The first bytes of a recording. */
export const MAGIC: Uint8Array<ArrayBuffer> = new TextEncoder().encode('CPWATCH1');

const HEAD_BYTES = 8;
const BASE_BYTES = 8;

/** Then words are copied at once: a server at full speed writes millions of them a second. */
const IS_LITTLE_ENDIAN = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

/** Payloads shorter than this are not compressed. */
const MIN_COMPRESSED = 128;

/** The longest payload that a reader accepts: more is not a recording of ours. */
const MAX_PAYLOAD = 256 * 1024 * 1024;

const TYPES = { header: 1, events: 2, keyframe: 3 } as const;

/** A frame whose payload is not decoded yet. */
export interface Frame {
  readonly type: number;
  readonly compressed: boolean;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** What a frame says. */
export type RecordingPart =
  | { readonly type: 'header'; readonly header: RecordingHeader }
  | { readonly type: 'events'; readonly batch: EventBatch }
  | { readonly type: 'keyframe'; readonly packed: PackedState };

/** Encodes the header. */
export function headerFrame(header: RecordingHeader): Uint8Array<ArrayBuffer> {
  return jsonFrame(TYPES.header, header);
}

/** Encodes a state. */
export function keyframe(state: State): Uint8Array<ArrayBuffer> {
  return jsonFrame(TYPES.keyframe, packState(state));
}

/** Encodes events. */
export function eventsFrame({ baseUs, words }: EventBatch): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(BASE_BYTES + words.byteLength);
  const view = new DataView(payload.buffer);
  view.setFloat64(0, baseUs, true);
  if (IS_LITTLE_ENDIAN) {
    payload.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), BASE_BYTES);
  } else {
    words.forEach((word, index) => {
      view.setInt32(BASE_BYTES + 4 * index, word, true);
    });
  }
  return frameOf(TYPES.events, 0, payload);
}

function jsonFrame(type: number, value: unknown): Uint8Array<ArrayBuffer> {
  return frameOf(type, 0, new TextEncoder().encode(JSON.stringify(value)));
}

function frameOf(type: number, compression: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEAD_BYTES + payload.length);
  frame[0] = type;
  frame[1] = compression;
  new DataView(frame.buffer).setUint32(4, payload.length, true);
  frame.set(payload, HEAD_BYTES);
  return frame;
}

/** Returns a frame that was cut out of a recording as bytes again. */
export function encodeFrame({ type, compressed, payload }: Frame): Uint8Array<ArrayBuffer> {
  return frameOf(type, compressed ? 1 : 0, payload);
}

/** Compresses a frame, if that makes it shorter. */
export async function compressFrame(frame: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (frame.length < MIN_COMPRESSED) return frame;
  const payload = await through(new CompressionStream('deflate-raw'), frame.subarray(HEAD_BYTES));
  return payload.length + HEAD_BYTES < frame.length ? frameOf(frame[0]!, 1, payload) : frame;
}

/** Cuts a stream of bytes into frames. */
export class FrameCutter {
  #rest = new Uint8Array(0);
  #begun: boolean;
  #damage: Error | undefined;

  /** @param begun - whether the bytes begin with a frame, not with the first bytes of a recording; default false */
  constructor(begun = false) {
    this.#begun = begun;
  }

  /** Bytes of a frame that isn't whole. */
  get missing(): boolean {
    return this.#rest.length > 0;
  }

  /**
   * Takes bytes.
   *
   * @param bytes - the next bytes
   * @returns the frames that are whole by now; if damaged bytes follow them, the next call throws
   * @throws Error if the bytes are no recording
   */
  push(bytes: Uint8Array): Frame[] {
    if (this.#damage !== undefined) throw this.#damage;
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    let at = this.#begin(all);
    const frames: Frame[] = [];
    const view = new DataView(all.buffer);
    while (this.#begun && all.length - at >= HEAD_BYTES) {
      const length = view.getUint32(at + 4, true);
      if (length > MAX_PAYLOAD || all[at + 1]! > 1) {
        this.#damage = new Error(
          `cannot read the recording: a frame must have at most ${MAX_PAYLOAD} bytes, got ${length}`,
        );
        if (frames.length === 0) throw this.#damage;
        return frames;
      }
      if (all.length - at - HEAD_BYTES < length) break;
      const payload = all.slice(at + HEAD_BYTES, at + HEAD_BYTES + length);
      frames.push({ type: all[at]!, compressed: all[at + 1] === 1, payload });
      at += HEAD_BYTES + length;
    }
    this.#rest = all.subarray(at);
    return frames;
  }

  #begin(all: Uint8Array): number {
    if (this.#begun) return 0;
    const there = Math.min(all.length, MAGIC.length);
    if (MAGIC.some((byte, index) => index < there && all[index] !== byte)) {
      throw new Error('cannot read the recording: it must begin with CPWATCH1, got other bytes');
    }
    if (there < MAGIC.length) return 0;
    this.#begun = true;
    return MAGIC.length;
  }
}

/**
 * Decodes a frame.
 *
 * @returns what it says; undefined for a type that this version doesn't know
 * @throws Error if the payload is damaged
 */
export async function decodeFrame(frame: Frame): Promise<RecordingPart | undefined> {
  if (!frame.compressed) return decodePayload(frame.type, frame.payload);
  let payload: Uint8Array<ArrayBuffer>;
  try {
    payload = await through(new DecompressionStream('deflate-raw'), frame.payload);
  } catch (error) {
    throw new Error('cannot read the recording: a frame must be intact, got damaged bytes', { cause: error });
  }
  return decodePayload(frame.type, payload);
}

/**
 * Decodes frames, all at the same time, and yields them in order.
 *
 * @throws Error if the payload of one is damaged, after those before it
 */
export async function* decodeFrames(frames: readonly Frame[]): AsyncGenerator<RecordingPart> {
  const parts = frames.map(decodeFrame);
  // A damaged frame is reported when its turn comes.
  for (const part of parts) part.catch(() => undefined);
  for (const decoded of parts) {
    const part = await decoded;
    if (part !== undefined) yield part;
  }
}

/** Decodes the payload of a frame that is not compressed, as on a live connection. */
export function decodePayload(type: number, payload: Uint8Array): RecordingPart | undefined {
  const json = (): unknown => JSON.parse(new TextDecoder().decode(payload));
  if (type === TYPES.header) return { type: 'header', header: json() as RecordingHeader };
  if (type === TYPES.keyframe) return { type: 'keyframe', packed: json() as PackedState };
  if (type !== TYPES.events) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const events = Math.floor((payload.length - BASE_BYTES) / EVENT_BYTES);
  if (events < 0) throw new Error(`cannot read the recording: events need ${BASE_BYTES} bytes, got ${payload.length}`);
  const words = new Int32Array((events * EVENT_BYTES) / Int32Array.BYTES_PER_ELEMENT);
  if (IS_LITTLE_ENDIAN) {
    new Uint8Array(words.buffer).set(payload.subarray(BASE_BYTES, BASE_BYTES + words.byteLength));
    return { type: 'events', batch: { baseUs: view.getFloat64(0, true), words } };
  }
  for (let index = 0; index < words.length; index += 1) words[index] = view.getInt32(BASE_BYTES + 4 * index, true);
  return { type: 'events', batch: { baseUs: view.getFloat64(0, true), words } };
}

/** Returns the state of a keyframe. */
export function stateOf({ packed }: RecordingPart & { readonly type: 'keyframe' }, server: ServerInfo): State {
  return unpackState(packed, server);
}

/**
 * Reads a recording as a stream.
 *
 * @param chunks - its bytes: a file's stream, a `Response.body`, or an array
 * @returns its parts; a file that was cut off yields all frames that are whole
 * @throws Error if it is no recording, or damaged
 */
export async function* readRecording(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<RecordingPart> {
  const cutter = new FrameCutter();
  for await (const chunk of chunks) yield* decodeFrames(cutter.push(chunk));
  // Throws if the last bytes were damaged.
  cutter.push(new Uint8Array(0));
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await result.arrayBuffer());
}
