/**
 * The loop of one thread: warm-up, measured time, drain.
 *
 * Clock, selector and connections are passed in. A test passes fakes, in which a server's pause of a second takes no
 * time.
 */
import { ConnectError } from '@concurrent-primes/client';
import type { Selector } from '@concurrent-primes/sockets';
import { memberNamed } from '@concurrent-primes/zoo';
import type { AnswerVerifier } from './answer-verifier.ts';
import { type Assignment, createDispatcher, type Dispatcher } from './dispatcher.ts';
import { type ClientContext, GoodClient } from './good-client.ts';
import type { Connect } from './load-connection.ts';
import type { LoadPlan } from './load-plan.ts';
import type { ErrorKind } from './load-result.ts';
import { misbehave } from './misbehaving-client.ts';
import { SAMPLE_MS, type ThreadPart } from './plan-parts.ts';
import { Reactor } from './reactor.ts';
import { type Measured, Recorder, type Sample } from './recorder.ts';
import type { LoadTimeMs } from './schedule.ts';

/** What a loop uses of the world. */
export interface LoopWorld {
  readonly selector: Selector;
  readonly connect: Connect;
  /** The time of the load: it begins at 0. */
  readonly now: () => LoadTimeMs;
  readonly verifier?: AnswerVerifier | undefined;
  /** Whether to stop; called with each sample. */
  readonly isStopped: () => boolean;
  /** Called with a sample every {@link SAMPLE_MS}; the last one may be shorter. */
  readonly onSample: (sample: TimedSample) => void;
  /** CPU time used so far, in milliseconds. */
  readonly cpuMs: () => number;
}

/** A part of the run. */
export type LoadPhase = 'warmup' | 'measure' | 'drain';

/** A sample, and when it was taken. */
export interface TimedSample extends Sample {
  readonly phase: LoadPhase;
  /** Time since the start of the measured time; negative before. */
  readonly atMs: number;
}

/** The result of a thread's part; plain data. */
export interface LoopResult extends Measured {
  /** Measured time. */
  readonly elapsedMs: number;
  readonly cpuMs: number;
  /** Share of the measured time in which the thread was busy. */
  readonly busy: number;
  readonly lateMs: number;
}

/** Most bytes of one `recv`. */
const BUFFER_BYTES = 256 * 1024;
const DEFAULT_DRAIN_MS = 1000;

/**
 * Runs a thread's part of a plan.
 *
 * @throws ConnectError if nothing listens when the first client connects
 */
export function runLoop(plan: LoadPlan, part: ThreadPart, world: LoopWorld): LoopResult {
  return new Loop(plan, part, world).run();
}

class Loop {
  readonly #plan: LoadPlan;
  readonly #part: ThreadPart;
  readonly #world: LoopWorld;
  readonly #reactor: Reactor;
  readonly #recorder: Recorder;
  readonly #dispatcher: Dispatcher;
  readonly #clients: readonly GoodClient[];
  readonly #context: ClientContext;
  #phase: LoadPhase = 'warmup';
  #busy = 0;
  #hasReachedServer = false;
  #nextSampleMs: LoadTimeMs;
  /** End of the measured time, as far as is known. */
  #endMs: LoadTimeMs;
  #drainEndMs: LoadTimeMs = Infinity;
  #atBegin = { sleptMs: 0, cpuMs: 0 };
  #atEnd = { sleptMs: 0, cpuMs: 0 };

  constructor(plan: LoadPlan, part: ThreadPart, world: LoopWorld) {
    this.#plan = plan;
    this.#part = part;
    this.#world = world;
    this.#reactor = new Reactor(world);
    this.#recorder = new Recorder(plan.warmupMs, part.goodClients.length, part.misbehaving);
    this.#dispatcher = createDispatcher(plan, part);
    this.#endMs = plan.warmupMs + (plan.durationMs ?? Infinity);
    // A sample ends exactly where the measured time begins.
    this.#nextSampleMs = plan.warmupMs % SAMPLE_MS;
    this.#context = {
      plan,
      reactor: this.#reactor,
      recorder: this.#recorder,
      connect: world.connect,
      verifier: world.verifier,
      buffer: new Uint8Array(BUFFER_BYTES),
      onOver: this.#onOver,
      follow: this.#follow,
    };
    this.#clients = part.goodClients.map((_, slot) => new GoodClient(slot, this.#context));
  }

  run(): LoopResult {
    while (this.#reactor.now() < 0) this.#reactor.turn(0, Infinity);
    const stops = this.#part.misbehaving.map((name) => misbehave(memberNamed(name), this.#context));
    try {
      while (!this.#isOver()) {
        this.#begin();
        this.#reactor.turn(this.#dispatcher.wakeMs, this.#nextEventMs);
      }
      this.#cut();
    } finally {
      for (const stop of stops) stop();
      for (const client of this.#clients) client.close();
    }
    const elapsedMs = this.#endMs - this.#plan.warmupMs;
    const sleptMs = this.#atEnd.sleptMs - this.#atBegin.sleptMs;
    return {
      ...this.#recorder.result(),
      elapsedMs,
      cpuMs: this.#atEnd.cpuMs - this.#atBegin.cpuMs,
      busy: elapsedMs > 0 ? Math.min(Math.max(1 - sleptMs / elapsedMs, 0), 1) : 0,
      lateMs: this.#dispatcher.lateMs,
    };
  }

  /** Begins all requests that are due. */
  #begin(): void {
    while (true) {
      const assignment = this.#dispatcher.next(this.#reactor.now());
      if (assignment === undefined) return;
      this.#busy++;
      this.#clients[assignment.slot]!.begin(assignment);
    }
  }

  readonly #onOver = (slot: number, kind: ErrorKind | undefined): void => {
    this.#busy--;
    if (kind === 'connect-refused' && !this.#hasReachedServer) throw this.#nothingListens();
    this.#hasReachedServer = true;
    this.#dispatcher.release(slot, this.#reactor.now(), kind !== undefined);
  };

  readonly #follow = (slot: number): Assignment | undefined => {
    const assignment = this.#dispatcher.next(this.#reactor.now());
    if (assignment === undefined) return undefined;
    this.#busy++;
    if (assignment.slot === slot) return assignment;
    // With a ramp the next request may belong to another client.
    this.#clients[assignment.slot]!.begin(assignment);
    return undefined;
  };

  /** Changes the phase and samples when it is time to; returns whether the run is over. */
  #isOver(): boolean {
    const nowMs = this.#reactor.now();
    if (this.#phase === 'warmup' && nowMs >= this.#plan.warmupMs) this.#beginToMeasure();
    if (nowMs >= this.#nextSampleMs) this.#tick(nowMs);
    if (this.#phase === 'drain') return (this.#busy === 0 && this.#dispatcher.exhausted) || nowMs >= this.#drainEndMs;
    if (nowMs >= this.#endMs) this.#beginToDrain(this.#endMs, this.#plan.drainMs ?? DEFAULT_DRAIN_MS);
    else if (this.#dispatcher.exhausted && this.#busy === 0) this.#beginToDrain(nowMs, 0);
    return false;
  }

  /** When {@link #isOver} next has something to do. */
  get #nextEventMs(): LoadTimeMs {
    const phaseEndMs = this.#phase === 'drain' ? this.#drainEndMs : this.#endMs;
    return Math.min(this.#nextSampleMs, phaseEndMs);
  }

  #beginToMeasure(): void {
    this.#phase = 'measure';
    this.#atBegin = { sleptMs: this.#reactor.sleptMs, cpuMs: this.#world.cpuMs() };
    // Requests under way end in the measured time, so they count.
    this.#dispatcher.limit((this.#part.requests ?? Infinity) - this.#busy);
  }

  #beginToDrain(endMs: LoadTimeMs, drainMs: number): void {
    this.#endMs = endMs;
    this.#drainEndMs = endMs + drainMs;
    this.#atEnd = { sleptMs: this.#reactor.sleptMs, cpuMs: this.#world.cpuMs() };
    this.#recorder.end(endMs);
    this.#dispatcher.end(endMs);
    this.#sample(endMs);
    this.#phase = 'drain';
    this.#nextSampleMs = endMs + SAMPLE_MS;
  }

  #tick(nowMs: LoadTimeMs): void {
    this.#dispatcher.tick(nowMs);
    for (const client of this.#clients) client.checkTimeout(nowMs);
    // The last sample of the measured time is taken when that ends.
    if (this.#nextSampleMs < this.#endMs || this.#phase === 'drain') this.#sample(this.#nextSampleMs);
    this.#nextSampleMs += SAMPLE_MS * Math.max(1, Math.ceil((nowMs - this.#nextSampleMs) / SAMPLE_MS));
    if (!this.#world.isStopped()) return;
    if (this.#phase !== 'drain') this.#beginToDrain(Math.max(nowMs, this.#plan.warmupMs), 0);
    this.#drainEndMs = nowMs;
  }

  #sample(atMs: LoadTimeMs): void {
    this.#world.onSample({
      ...this.#recorder.takeSample(),
      phase: this.#phase,
      atMs: atMs - this.#plan.warmupMs,
    });
  }

  /** Records the requests that did not finish. */
  #cut(): void {
    const nowMs = this.#reactor.now();
    this.#sample(nowMs);
    for (const client of this.#clients) {
      const { underWay } = client;
      if (underWay !== undefined) this.#recorder.unfinished(underWay.dueMs, underWay.beganMs, nowMs);
    }
    for (const dueMs of this.#dispatcher.overdue(nowMs)) this.#recorder.unfinished(dueMs, undefined, nowMs);
  }

  #nothingListens(): ConnectError {
    const { host, port } = this.#plan;
    return new ConnectError(`cannot connect to ${host}:${port}: a server must listen there, got ECONNREFUSED`);
  }
}
