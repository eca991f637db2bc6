/**
 * What the page knows: the recording, the moment that is shown, and the server, if it is live.
 *
 * The moment is a number of events. It follows the newest step until the reader goes back; then the server stays as it
 * is, and the page folds the recording from the nearest keyframe. Stepping forward first walks through what was recorded,
 * and asks the server for a step only at the end.
 *
 * While a server runs freely the page draws at most three times a second: whole turns, as nothing should flash faster
 * (WCAG 2.2, 2.3.1), and nobody reads faster.
 */
import {
  type Column,
  EVENT_WORDS,
  type EventBatch,
  KINDS,
  Recording,
  type RecordingPart,
  type State,
} from '@concurrent-primes/trace';
import { LaneHistory } from '../model/index.ts';
import type { AddableClient, Command, Notice, Pace } from '../messages.ts';
import { kindIn, WholeTurns } from './whole-turns.ts';

/** Draw this often while the server runs. */
const CALM_MS = 334;
/** A recording plays this many steps a second, or more when it is long. */
export const PLAY_PER_SECOND = 3;
/** A long recording plays in about this time. */
export const PLAY_SECONDS = 60;
/** Steps a second of the slow pace. */
export const SLOW_PER_SECOND = 2;
/** Lanes are looked at after each event of a recording, but at most this often in a frame: it has a second of events. */
const MOST_LANE_LOOKS = 10_000;
/** Columns after the shown moment that fit a page. */
const MOST_LATER = 40;

/** One call forward stops before each of these. */
const STOPS: ReadonlySet<number> = new Set([
  KINDS.TURN,
  KINDS.CALLBACK,
  KINDS.ACCEPT,
  KINDS.PUT,
  KINDS.TAKE,
  KINDS.RECV,
  KINDS.WORK,
  KINDS.SEND,
  KINDS.REFUSE,
  KINDS.EXPIRE,
  KINDS.BROKEN,
  KINDS.CLOSE,
]);

/** A server that is live. */
export interface LiveServer {
  readonly send: (command: Command) => void;
}

/** The page's knowledge; components draw it. */
export class Watcher {
  recording: Recording | undefined;
  /** Whether the connection to the live server stands. */
  connected = false;
  hello:
    | {
        readonly control: boolean;
        readonly releaseAfterMs: number;
        readonly clients: readonly AddableClient[];
        readonly sources: readonly string[];
      }
    | undefined;
  /** How the time of the clients passes, if they are held instead of the server. */
  clients: { readonly pace: Pace; readonly lastAct: string } | undefined;
  /** What each client waited for over time; gathered only for two servers side by side. */
  lanes: LaneHistory | undefined;
  /** What the server refused, or what became of an added client. */
  answer = '';
  /** Why the recording can't be read. */
  failure = '';
  /** Messages that this page was too slow for. */
  dropped = 0;
  /** The client that the reader pinned. */
  pinned: number | undefined;
  pointed: number | undefined;
  /** Whether the last change was one step by the reader, so that motion helps. */
  stepping = false;

  readonly #live: LiveServer | undefined;
  readonly #changed: () => void;
  /** The state that is shown; undefined follows the newest. */
  #past: State | undefined;
  #inside = false;
  /** What follows this moment is kept back, as the answer to a question. */
  #limit: { readonly position: number; readonly step: number } | undefined;
  #turns = new WholeTurns();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #player: ReturnType<typeof setInterval> | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #playing: Pace = 'held';
  #lastPace: 'slow' | 'free' = 'free';

  /**
   * @param live - the server; undefined for a recording
   * @param changed - called when something is to be drawn
   */
  constructor(live: LiveServer | undefined, changed: () => void) {
    this.#live = live;
    this.#changed = changed;
  }

  /** Whether there is a server to control. */
  get isLive(): boolean {
    return this.#live !== undefined;
  }

  /** The state that is shown. */
  get state(): State | undefined {
    return this.#past ?? this.recording?.state;
  }

  /** Whether the shown step isn't over. */
  get inside(): boolean {
    if (this.#past !== undefined) return this.#inside;
    const head = this.recording?.state;
    return head?.threads.some(({ atGate }) => atGate === 'inside a turn') ?? false;
  }

  /** Whether an earlier moment than the newest is shown. */
  get isLookingBack(): boolean {
    return this.#past !== undefined && this.#past.position < (this.#limit?.position ?? this.recording?.end ?? 0);
  }

  /** Number of the last step that can be gone to. */
  get lastStep(): number {
    return this.#limit?.step ?? this.recording?.lastStep ?? 0;
  }

  /** How the server's time passes, or the recording's. */
  get pace(): Pace {
    if (this.#live === undefined) return this.#playing;
    if (this.clients !== undefined) return this.clients.pace;
    const mode = this.recording?.state.gate.mode ?? 'run';
    return mode === 'run' ? 'free' : mode;
  }

  /** Columns that were recorded after the shown moment. */
  get later(): readonly Column[] {
    const { state } = this;
    if (!this.isLookingBack || state === undefined) return [];
    return this.#after(state.step).filter(({ step }) => step <= this.lastStep);
  }

  /** The moment for the address; undefined while the newest is followed. */
  get moment(): { readonly step: number; readonly position: number | undefined } | undefined {
    if (this.#past === undefined || (this.isLive && !this.isLookingBack)) return undefined;
    return { step: this.#past.step, position: this.#inside ? this.#past.position : undefined };
  }

  /** A part of the recording has come; a header begins a new one. */
  take(part: RecordingPart): void {
    if (part.type === 'header') {
      this.recording = new Recording(part.header);
      this.#turns = new WholeTurns();
      this.#past = undefined;
      this.connected = true;
      if (this.lanes !== undefined) this.lanes = new LaneHistory();
    } else if (this.#live !== undefined && part.type === 'events') this.#turns.add(part.batch);
    else if (this.lanes !== undefined && part.type === 'events') this.#addForLanes(part.batch);
    else this.recording?.add(part);
    this.#soon();
  }

  /** A frame of a recording may last for seconds, in which a client comes, is served and leaves. */
  #addForLanes({ baseUs, words }: EventBatch): void {
    const stride = EVENT_WORDS * Math.ceil(words.length / EVENT_WORDS / MOST_LANE_LOOKS);
    for (let from = 0; from < words.length; from += stride) {
      this.recording!.addEvents({ baseUs, words: words.subarray(from, from + stride) });
      this.lanes!.take(this.recording!.state);
    }
  }

  /** Shows nothing after a moment, until this is called without one. */
  keepBack(position: number | undefined): void {
    this.#limit = position === undefined ? undefined : { position, step: this.recording!.stateAt(position).step };
  }

  /** Shows a moment of the recording, as a number of events. */
  showPosition(position: number): void {
    this.#stop();
    this.#show(position);
  }

  /** All of a recording is here. */
  loaded(step: number | undefined, position: number | undefined): void {
    if (position !== undefined) this.#show(position);
    else this.goToStep(step ?? 1);
  }

  /** Goes to a moment that an address names. */
  goTo(step: number, position: number | undefined): void {
    this.stepping = false;
    if (position === undefined) this.goToStep(step);
    else this.#show(position);
  }

  /** The reader points at a client, or pins it. */
  pick(client: number | undefined, pinned: boolean): void {
    if (pinned) this.pinned = client === this.pinned ? undefined : client;
    else if (client === this.pointed) return;
    else this.pointed = client;
    this.#changed();
  }

  /** The reader has seen that messages were dropped. */
  forgetDropped(): void {
    this.dropped = 0;
    this.#changed();
  }

  /** A notice of the server has come. */
  notice(notice: Notice): void {
    if ('hello' in notice) this.hello = notice.hello;
    else if ('error' in notice) this.answer = `The server refused: ${notice.error}`;
    else if ('clients' in notice) this.clients = notice.clients;
    else if ('added' in notice) this.answer = `${notice.added.client}: ${notice.added.ended}.`;
    else this.dropped += notice.dropped;
    this.#changed();
  }

  /** The bytes are no recording, or damaged. */
  failed(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
    this.#changed();
  }

  /** The connection is lost. */
  lost(): void {
    this.connected = false;
    this.#changed();
  }

  /** Sends a command. */
  command(command: Command): void {
    if (command.do === 'add') this.answer = '';
    this.#live?.send(command);
  }

  /** The step before. */
  back(): void {
    const { state } = this;
    if (state === undefined) return;
    this.#stop();
    this.stepping = true;
    this.goToStep(state.step - 1);
  }

  /** The step after; at the newest, the server makes one. */
  forward(): void {
    const { state, recording } = this;
    if (state === undefined || recording === undefined) return;
    this.#stop();
    this.stepping = true;
    if (this.isLookingBack) this.goToStep(this.#inside ? state.step : state.step + 1);
    else this.command({ do: 'step', what: 'turn' });
  }

  /** Stops after the next call, inside the step. */
  oneCall(): void {
    const { state, recording } = this;
    if (state === undefined || recording === undefined) return;
    this.#stop();
    this.stepping = true;
    if (!this.isLookingBack) this.command({ do: 'step', what: 'call' });
    else this.#show(this.#nextCall(state, recording));
  }

  /** Runs or holds; looking back at a live server, it first returns to the newest. */
  run(pace: 'slow' | 'free'): void {
    this.stepping = false;
    if (this.#live !== undefined) {
      const wasBack = this.isLookingBack;
      this.follow();
      if (!wasBack && this.pace === pace) this.command({ do: 'hold' });
      else if (!wasBack || this.pace !== pace) {
        this.command(pace === 'free' ? { do: 'run' } : { do: 'slow', perSecond: SLOW_PER_SECOND });
      }
      return;
    }
    const again = this.#playing === pace;
    this.#stop();
    if (!again) this.#play(pace);
    this.#changed();
  }

  /** Holds what moves, or lets it move again at its last pace. */
  toggle(): void {
    const { pace } = this;
    if (pace !== 'held') this.#lastPace = pace;
    this.run(this.#lastPace);
  }

  /** Shows the newest moment from now on. */
  follow(): void {
    this.#past = undefined;
    this.#changed();
  }

  /** Shows the end of a step. */
  goToStep(step: number): void {
    const { recording } = this;
    if (recording === undefined) return;
    const wanted = Math.max(recording.firstStep, 1, step);
    if (wanted >= recording.lastStep && this.isLive) this.follow();
    else this.#show(recording.positionAfter(wanted));
  }

  /** Shows what had happened up to a time, in real microseconds since the server started. */
  showTime(realUs: number): void {
    const { recording } = this;
    if (recording === undefined) return;
    const position = recording.positionAt(realUs + 1);
    if (position >= recording.end) this.follow();
    else this.#show(position);
  }

  #show(position: number): void {
    const { recording } = this;
    if (recording === undefined) return;
    this.#past = recording.stateAt(Math.min(position, this.#limit?.position ?? Infinity));
    this.#inside = this.#past.position !== recording.positionAfter(this.#past.step);
    this.#changed();
  }

  /** The position after the next call, or after the ready sets of the next turn. */
  #nextCall(state: State, recording: Recording): number {
    let position = state.position;
    for (const batch of recording.eventsFrom(position)) {
      for (let index = 0; index < batch.words.length / EVENT_WORDS; index++, position++) {
        if (position > state.position && STOPS.has(kindIn(batch, index))) return position;
      }
    }
    return recording.end;
  }

  /** The columns after a step, up to the newest or to as many as a page shows. */
  #after(step: number): readonly Column[] {
    const { recording } = this;
    if (recording === undefined) return [];
    const { history } = recording.state;
    if ((history[0]?.step ?? 0) <= step + 1) return history.filter((column) => column.step > step);
    return recording.stateAtStep(step + MOST_LATER).history.filter((column) => column.step > step);
  }

  #play(pace: 'slow' | 'free'): void {
    this.#playing = pace;
    const steps = this.recording?.lastStep ?? 0;
    const stride = pace === 'slow' ? 1 : Math.max(1, Math.round(steps / (PLAY_PER_SECOND * PLAY_SECONDS)));
    this.#player = setInterval(
      () => {
        const { state } = this;
        if (state === undefined || !this.isLookingBack) {
          this.#stop();
          this.#changed();
        } else this.goToStep((this.#inside ? state.step - 1 : state.step) + stride);
      },
      1000 / (pace === 'slow' ? SLOW_PER_SECOND : PLAY_PER_SECOND),
    );
  }

  #stop(): void {
    clearInterval(this.#player);
    this.#playing = 'held';
  }

  /**
   * Folds what has come, and draws: at once while the server is held or slow. While it runs freely, a moment later, so
   * that one drawing shows all that comes together, and the turn that ends it.
   */
  #soon(): void {
    if (this.#live === undefined) return;
    this.#takeTurns(this.pace === 'free');
    if (this.#turns.hasMore) this.#settleLater();
    this.#draw(this.pace === 'free' ? CALM_MS : 0);
  }

  /** Draws at once (0), or after a time if no drawing is due yet. */
  #draw(afterMs: number): void {
    if (this.#timer !== undefined && afterMs > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#changed();
    }, afterMs);
  }

  #takeTurns(whole: boolean): void {
    const { recording } = this;
    if (recording === undefined) return;
    for (const batch of whole ? this.#turns.takeWhole() : this.#turns.takeAll()) {
      recording.addEvents(batch);
      this.lanes?.take(recording.state);
    }
  }

  /** If nothing more comes, the last turn is complete: the server waits for clients, or is held. */
  #settleLater(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#takeTurns(false);
      this.#draw(this.pace === 'free' ? CALM_MS / 2 : 0);
    }, CALM_MS / 2);
  }
}
