/**
 * Two servers side by side: what the page knows of each, and the moment that is shown of both.
 *
 * Turns of one server and calls of another can't be aligned, so the two are aligned by time. What is held and stepped are
 * their clients, if the server's side can; otherwise both servers.
 */
import type { TwinSide } from '../model/index.ts';
import type { Pace } from '../messages.ts';
import { PLAY_PER_SECOND, PLAY_SECONDS, SLOW_PER_SECOND, type Watcher } from '../viewer/watcher.ts';

/** Two watchers that move together. */
export class Twin {
  readonly watchers: readonly [Watcher, Watcher];
  #playing: Pace = 'held';
  #player: ReturnType<typeof setInterval> | undefined;

  constructor(watchers: readonly [Watcher, Watcher]) {
    this.watchers = watchers;
  }

  /** How the servers' time passes, or that of their recordings. */
  get pace(): Pace {
    return this.first.isLive ? this.first.pace : this.#playing;
  }

  /** The one that commands go through. */
  get first(): Watcher {
    return this.watchers[0];
  }

  /** Both servers as they are shown; undefined until both are known. */
  get sides(): readonly TwinSide[] | undefined {
    const startedMs = this.#startedMs;
    const sides = this.watchers.map(({ state, lanes, recording }): TwinSide | undefined =>
      state === undefined || lanes === undefined || recording === undefined
        ? undefined
        : { state, lanes, offsetUs: 1000 * (recording.header.startedMs - startedMs) },
    );
    return sides.every((side) => side !== undefined) ? sides : undefined;
  }

  get isLookingBack(): boolean {
    return this.watchers.some((watcher) => watcher.isLookingBack);
  }

  /** The moment that is shown, and the newest, on a common clock, in microseconds. */
  get times(): { readonly now: number; readonly newest: number } {
    const startedMs = this.#startedMs;
    const latest = (pick: (watcher: Watcher) => number | undefined): number =>
      Math.max(
        0,
        ...this.watchers.map((watcher) => {
          const realUs = pick(watcher);
          return realUs === undefined ? 0 : realUs + this.#offsetOf(watcher, startedMs);
        }),
      );
    return {
      now: latest(({ state }) => state?.realUs),
      newest: latest(({ recording }) => recording?.state.realUs),
    };
  }

  /** The step before, of the server that made one last. */
  back(): void {
    this.#stop();
    const { now } = this.times;
    const ends = this.#stepEnds(-1).filter((time) => time < now);
    if (ends.length > 0) this.goTo(Math.max(...ends));
  }

  /** The step after, of the server that made one first; at the newest, one client acts, or both servers make one. */
  forward(): void {
    this.#stop();
    if (!this.isLookingBack) {
      this.first.command({ do: 'step', what: 'turn' });
      return;
    }
    this.#goToNextStep(0);
  }

  /** @param leastUs - goes at least this far, in microseconds */
  #goToNextStep(leastUs: number): void {
    const { now } = this.times;
    const ends = this.#stepEnds(1).filter((time) => time > now);
    if (ends.length === 0) this.follow();
    else this.goTo(Math.max(now + leastUs, Math.min(...ends)));
  }

  /** One call of each server. */
  oneCall(): void {
    if (this.isLookingBack) this.forward();
    else this.first.command({ do: 'step', what: 'call' });
  }

  /** Runs or holds both; looking back at live servers, first returns to the newest. Recordings play or stop. */
  run(pace: 'slow' | 'free'): void {
    if (!this.first.isLive) this.#play(pace);
    else if (this.isLookingBack) this.follow();
    else this.first.run(pace);
  }

  /** Holds both, or lets them move again at their last pace. */
  toggle(): void {
    if (!this.first.isLive) this.#play(this.#playing === 'held' ? 'free' : this.#playing);
    else if (this.isLookingBack) this.follow();
    else this.first.toggle();
  }

  /** Plays the recordings, from the beginning if they are at their end; the same pace again stops. */
  #play(pace: 'slow' | 'free'): void {
    const again = this.#playing === pace;
    this.#stop();
    if (again) return;
    this.#playing = pace;
    this.goTo(this.isLookingBack ? this.times.now : 0);
    const leastUs = pace === 'slow' ? 0 : this.times.newest / (PLAY_PER_SECOND * PLAY_SECONDS);
    this.#player = setInterval(
      () => {
        this.#goToNextStep(leastUs);
        if (!this.isLookingBack) this.#stop();
      },
      1000 / (pace === 'slow' ? SLOW_PER_SECOND : PLAY_PER_SECOND),
    );
  }

  /** Plays no further; both are drawn again. */
  #stop(): void {
    if (this.#playing === 'held') return;
    clearInterval(this.#player);
    this.#playing = 'held';
    this.goTo(this.times.now);
  }

  follow(): void {
    for (const watcher of this.watchers) watcher.follow();
  }

  /** Shows both at a time of the common clock. */
  goTo(time: number): void {
    const startedMs = this.#startedMs;
    for (const watcher of this.watchers) watcher.showTime(time - this.#offsetOf(watcher, startedMs));
  }

  /** When the step before or after the shown one ended, for each server. */
  #stepEnds(distance: 1 | -1): number[] {
    const startedMs = this.#startedMs;
    return this.watchers.flatMap((watcher) => {
      const { state, recording } = watcher;
      if (state === undefined || recording === undefined) return [];
      const step = state.step + distance;
      if (step < recording.firstStep || step > recording.lastStep) return [];
      return [recording.stateAtStep(step).realUs + this.#offsetOf(watcher, startedMs)];
    });
  }

  get #startedMs(): number {
    return Math.min(...this.watchers.map(({ recording }) => recording?.header.startedMs ?? Infinity));
  }

  #offsetOf({ recording }: Watcher, startedMs: number): number {
    return recording === undefined ? 0 : 1000 * (recording.header.startedMs - startedMs);
  }
}
