/**
 * The gate of two servers side by side. It holds the clients: a step lets one client act, with both servers, and then
 * both become quiet before the next one.
 *
 * The clients take turns in the order of their numbers. A client whose server makes it wait isn't at the gate there, so
 * it is passed over: it can't act.
 */
import type { ClientsGate } from '@concurrent-primes/watch';

/** An act that waits at the gate. */
interface Waiting {
  readonly server: number;
  readonly act: string;
  readonly go: () => void;
}

/** Holds clients, and lets them act one by one. */
export class ClientSteps implements ClientsGate {
  readonly #names: readonly string[];
  readonly #settle: () => Promise<void>;
  /** Acts that wait, by the number of the client. */
  readonly #waiting = new Map<number, Waiting[]>();
  readonly #listeners: (() => void)[] = [];
  #mode: ClientsGate['mode'] = 'run';
  #lastAct = '';
  /** Number of the client that acted last. */
  #last = -1;
  /** Steps that were asked for and not begun. */
  #due = 0;
  #stepping = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param names - of the servers, in order
   * @param settle - resolves when all servers are quiet
   */
  constructor(names: readonly string[], settle: () => Promise<void>) {
    this.#names = names;
    this.#settle = settle;
  }

  get mode(): ClientsGate['mode'] {
    return this.#mode;
  }

  get lastAct(): string {
    return this.#lastAct;
  }

  onChange(changed: () => void): void {
    this.#listeners.push(changed);
  }

  /**
   * A client waits until it may act.
   *
   * @param client - its number, from 0: the same for both servers
   * @param server - number of the server
   * @param act - what it is about to do, such as "connects"
   */
  async pass(client: number, server: number, act: string): Promise<void> {
    if (this.#mode === 'run') return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const waiting = this.#waiting.get(client) ?? [];
    waiting.push({
      ...{ server, act },
      go: () => {
        resolve(undefined);
      },
    });
    this.#waiting.set(client, waiting);
    this.#advance();
    await promise;
  }

  hold(): void {
    this.#change('held');
  }

  /**
   * Lets the next client act. If none waits at the gate, the next one that comes has the step.
   *
   * @returns the number of steps that are due
   */
  step(): number {
    if (this.#mode === 'run') return 0;
    this.#due = this.#waiting.size === 0 ? 1 : this.#due + 1;
    this.#advance();
    return this.#due;
  }

  /** @param perSecond - the most steps a second: each ends before the next one */
  slow(perSecond: number): void {
    this.#change('slow');
    this.#timer = setInterval(() => {
      if (this.#due === 0) this.step();
    }, 1000 / perSecond).unref();
  }

  run(): void {
    this.#change('run');
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const { go } of all) go();
  }

  /** Begins the steps that are due, one after the other. */
  #advance(): void {
    if (this.#stepping) return;
    this.#stepping = true;
    void this.#makeSteps().finally(() => {
      this.#stepping = false;
      // A client came to the gate just as the last step ended.
      if (this.#due > 0 && this.#waiting.size > 0) this.#advance();
    });
  }

  async #makeSteps(): Promise<void> {
    // Both servers' sides of a client come to the gate in the same moment.
    await this.#settle();
    while (this.#due > 0 && this.#waiting.size > 0) {
      this.#due -= 1;
      this.#release();
      await this.#settle();
    }
  }

  /** Lets the next client act: once with each server that it waits to act with. */
  #release(): void {
    const clients = [...this.#waiting.keys()].sort((one, other) => one - other);
    const client = clients.find((number) => number > this.#last) ?? clients[0]!;
    const all = this.#waiting.get(client)!;
    const acts = this.#names.flatMap((_, server) => all.find((one) => one.server === server) ?? []);
    const left = all.filter((one) => !acts.includes(one));
    if (left.length === 0) this.#waiting.delete(client);
    else this.#waiting.set(client, left);
    this.#last = client;
    this.#lastAct = `client ${client + 1} ${this.#describe(acts)}`;
    for (const { go } of acts) go();
    this.#tell();
  }

  #describe(acts: readonly Waiting[]): string {
    const [first] = acts;
    const isSame = acts.every(({ act }) => act === first!.act) && acts.length === this.#names.length;
    if (isSame) return first!.act;
    return acts.map(({ server, act }) => `${act} (${this.#names[server]})`).join(', ');
  }

  #change(mode: ClientsGate['mode']): void {
    clearInterval(this.#timer);
    this.#mode = mode;
    this.#due = 0;
    this.#tell();
  }

  #tell(): void {
    for (const changed of this.#listeners) changed();
  }
}
