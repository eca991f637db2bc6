/**
 * The loop of one thread: warm-up, measured time, drain.
 *
 * Whatever it needs of the world, clock, selector and connections, is given to it, so a test can give it a world in
 * which a server stands still for a second that takes no time.
 */
import type { Selector } from '@concurrent-primes/sockets';
import { memberNamed } from '@concurrent-primes/zoo';
import { ConnectError } from '@concurrent-primes/client';
import type { Connect } from './connection.ts';
import { type Assignment, createDispatcher, type Dispatcher } from './dispatcher.ts';
import { type ClientSurroundings, GoodClient } from './good-client.ts';
import { misbehave } from './misbehaving-client.ts';
import { SAMPLE_MS, type ThreadPart } from './plan.ts';
import { Reactor } from './reactor.ts';
import { type Measured, Recorder, type Sample } from './recorder.ts';
import type { LoadTimeMs } from './schedule.ts';
import type { AnswerVerifier, ErrorKind, LoadPlan, LoadSnapshot } from './types.ts';

/** The world of a loop. */
export interface LoopWorld {
  readonly selector: Selector;
  readonly connect: Connect;
  /** The time of the load: 0 is when it shall begin. */
  readonly now: () => LoadTimeMs;
  readonly verifier?: AnswerVerifier | undefined;
  /** Whether the user has had enough; asked with each sample. */
  readonly isStopped: () => boolean;
  /** Is given a sample of each {@link SAMPLE_MS}; the last may be shorter. */
  readonly onSample: (sample: NumberedSample) => void;
  /** CPU time used so far, in milliseconds. */
  readonly cpuMs: () => number;
}

/** A sample and its place in the run. */
export interface NumberedSample extends Sample {
  /** Which it tells of. */
  readonly phase: LoadSnapshot['phase'];
  /** Since the measuring began; negative before. */
  readonly atMs: number;
}

/** What came of a thread's part; plain data. */
export interface LoopResult extends Measured {
  /** The measured time. */
  readonly elapsedMs: number;
  readonly cpuMs: number;
  /** Share of it in which the thread had something to do. */
  readonly busy: number;
  readonly lateMs: number;
}

/** What a `recv` takes at most. */
const BUFFER_BYTES = 256 * 1024;
const DEFAULT_DRAIN_MS = 1000;

/**
 * Runs a thread's part of a plan.
 *
 * @param plan - see {@link LoadPlan}
 * @param part - the thread's share of it
 * @param world - see {@link LoopWorld}
 * @throws ConnectError if nobody listens when the first client comes
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
  readonly #surroundings: ClientSurroundings;
  #phase: LoadSnapshot['phase'] = 'warmup';
  #busy = 0;
  #hasReachedServer = false;
  #nextSampleMs: LoadTimeMs;
  /** When the measured time ends, as far as is known. */
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
    // A sample ends where the measured time begins.
    this.#nextSampleMs = plan.warmupMs % SAMPLE_MS;
    this.#surroundings = {
      plan,
      reactor: this.#reactor,
      recorder: this.#recorder,
      connect: world.connect,
      verifier: world.verifier,
      buffer: new Uint8Array(BUFFER_BYTES),
      onOver: this.#onOver,
      follow: this.#follow,
    };
    this.#clients = part.goodClients.map((_, slot) => new GoodClient(slot, this.#surroundings));
  }

  run(): LoopResult {
    while (this.#reactor.now() < 0) this.#reactor.turn(0, Infinity);
    const stops = this.#part.misbehaving.map((name) => misbehave(memberNamed(name), this.#surroundings));
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

  /** Begins what is due. */
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
    if (kind === 'connect-refused' && !this.#hasReachedServer) throw this.#nobodyListens();
    this.#hasReachedServer = true;
    this.#dispatcher.release(slot, this.#reactor.now(), kind !== undefined);
  };

  readonly #follow = (slot: number): Assignment | undefined => {
    const assignment = this.#dispatcher.next(this.#reactor.now());
    if (assignment === undefined) return undefined;
    this.#busy++;
    if (assignment.slot === slot) return assignment;
    // By a ramp it may be another's turn.
    this.#clients[assignment.slot]!.begin(assignment);
    return undefined;
  };

  /** Does what the time demands; returns whether nothing more is to be done. */
  #isOver(): boolean {
    const nowMs = this.#reactor.now();
    if (this.#phase === 'warmup' && nowMs >= this.#plan.warmupMs) this.#beginToMeasure();
    if (nowMs >= this.#nextSampleMs) this.#tick(nowMs);
    if (this.#phase === 'drain') return (this.#busy === 0 && this.#dispatcher.exhausted) || nowMs >= this.#drainEndMs;
    if (nowMs >= this.#endMs) this.#beginToDrain(this.#endMs, this.#plan.drainMs ?? DEFAULT_DRAIN_MS);
    else if (this.#dispatcher.exhausted && this.#busy === 0) this.#beginToDrain(nowMs, 0);
    return false;
  }

  /** When the time next demands something. */
  get #nextEventMs(): LoadTimeMs {
    const phaseEndMs = this.#phase === 'drain' ? this.#drainEndMs : this.#endMs;
    return Math.min(this.#nextSampleMs, phaseEndMs);
  }

  #beginToMeasure(): void {
    this.#phase = 'measure';
    this.#atBegin = { sleptMs: this.#reactor.sleptMs, cpuMs: this.#world.cpuMs() };
    // Those under way will end in the measured time, and count.
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
    // The last one of the measured time is taken when that ends.
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

  /** Enters what could not be finished, behind all that could. */
  #cut(): void {
    const nowMs = this.#reactor.now();
    this.#sample(nowMs);
    for (const client of this.#clients) {
      const { underWay } = client;
      if (underWay !== undefined) this.#recorder.unfinished(underWay.dueMs, underWay.beganMs, nowMs);
    }
    for (const dueMs of this.#dispatcher.overdue(nowMs)) this.#recorder.unfinished(dueMs, undefined, nowMs);
  }

  #nobodyListens(): ConnectError {
    const { host, port } = this.#plan;
    return new ConnectError(`cannot connect to ${host}:${port}: a server must listen there, got ECONNREFUSED`);
  }
}
