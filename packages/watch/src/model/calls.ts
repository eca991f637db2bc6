/** The calls of the current step: of a loop, those of the turn; of a pool, those of the thread that made the step. */
import type { CallState, ClientState, State, ThreadState } from '@concurrent-primes/trace';
import { integerText, intervalText, rangeOf, REQUEST_BYTES } from './conversation.ts';
import { count, list, number } from './words.ts';
import { clientName } from '@concurrent-primes/trace';

/** The thread that made the current step; the first one before any step. */
export function currentThread(state: State): ThreadState | undefined {
  const index = state.history.at(-1)?.thread;
  return (index === undefined ? undefined : state.threads[index]) ?? state.threads[0];
}

/** The loop that made the last turn; the first one before any turn. */
export function currentLoop(state: State): ThreadState | undefined {
  const isLoop = (index: number): boolean => state.threads[index]?.info.role === 'loop';
  const last = state.history.findLast(({ thread }) => isLoop(thread));
  return last === undefined ? state.threads.find(({ info }) => isLoop(info.index)) : state.threads[last.thread];
}

/** Number of loops that are known. */
export function loopCount({ threads }: State): number {
  return threads.filter(({ info }) => info.role === 'loop').length;
}

/** The name of a thread in the picture: `T1` in a pool. */
export function threadName(thread: ThreadState | undefined): string {
  return thread?.info.name.replace(/^pool-/, 'T') ?? 'a thread';
}

/** The calls of the current step. */
export function currentCalls(state: State): readonly CallState[] {
  return currentThread(state)?.calls ?? [];
}

/** What a call did, as a sentence; empty if there is nothing to say. */
export function callText(state: State, call: CallState, calls: readonly CallState[]): string {
  const client = state.clients.get(call.client);
  const name = clientName(call.client);
  if (client === undefined) return '';
  const thread = state.threads[call.thread];
  const by = threadName(thread);
  switch (call.kind) {
    case 'accept':
      return thread?.info.role === 'pool'
        ? `${by} accepts ${name}, and ${servesOnly(name)}.`
        : acceptText(state, client, name);
    case 'put':
      // One step: it is accepted, and there is room.
      if (calls.some((other) => other.kind === 'accept' && other.client === call.client)) return '';
      return `The accept thread puts ${name} into the queue.`;
    case 'take':
      return thread?.info.role === 'loop'
        ? `${by} takes ${name} over.`
        : `${by} takes ${name}, and ${servesOnly(name)}.`;
    case 'recv':
      return receiveText(client, name, call, calls);
    case 'send':
      return sendText(state, client, name, call);
    case 'work':
      return client.count === undefined ? `N for ${name} is being counted.` : '';
    case 'refuse':
      return `${name} is refused${refusalText(client)}.`;
    case 'expire':
      return `A time limit of ${name} has passed.`;
    case 'close':
      return `${name} is closed.`;
  }
}

function servesOnly(name: string): string {
  return `serves no other client until ${name} has gone`;
}

function acceptText({ server }: State, { place, refusal }: ClientState, name: string): string {
  if (server.architecture !== 'pool') return `${name} is accepted.`;
  if (refusal !== undefined) return `The accept thread accepts ${name}.`;
  if (place === 'hand') return `The accept thread accepts ${name}, but the queue is full.`;
  return `The accept thread accepts ${name} and puts it into the queue.`;
}

function refusalText({ refusal }: ClientState): string {
  switch (refusal) {
    case 'busy':
      return ': the connection limit is reached';
    case 'shutting-down':
      return ': the server shuts down';
    case 'too-slow':
      return ': its request took too long';
    case 'too-wide':
      return ': its interval is too wide';
    case undefined:
      return '';
  }
}

function receiveText(client: ClientState, name: string, call: CallState, calls: readonly CallState[]): string {
  if (call.result === 'would-block') return `recv() for ${name} finds nothing.`;
  if (call.result === 'lost') return `The connection to ${name} is lost.`;
  if (call.result === 'end') return `${name} has ended its sending.`;
  switch (receivedPart(client, call, calls)) {
    case 'request':
      return `${name}’s request is whole: ${intervalText(client)}.`;
    case 'part of request':
      return `${call.before + call.bytes} of the ${REQUEST_BYTES} bytes of ${name}’s request ${call.before + call.bytes === 1 ? 'is' : 'are'} here.`;
    case 'sum':
      return `The sum of ${name} comes, and is ${client.sum ?? 'checked'}.`;
    case 'part of sum':
      return `A part of ${name}’s sum comes.`;
    case 'discarded':
      return `${name} was refused; what it sends is discarded.`;
  }
}

/** Which message the bytes of a recv belong to. */
export function receivedPart(
  { stage, ordinal }: ClientState,
  call: CallState,
  calls: readonly CallState[],
): 'request' | 'part of request' | 'sum' | 'part of sum' | 'discarded' {
  switch (stage) {
    case 'request':
      return 'part of request';
    case 'counting':
    case 'answer':
      return 'request';
    case 'sum': {
      // A small answer leaves in the turn in which its request has come.
      const answered = calls.some(
        ({ kind, client, timeUs }) => kind === 'send' && client === ordinal && timeUs >= call.timeUs,
      );
      return answered ? 'request' : 'part of sum';
    }
    case 'done':
      return 'sum';
    case 'refused':
      return 'discarded';
  }
}

/** What a send did, as a sentence. */
export function sendText(state: State, client: ClientState, name: string, call: CallState): string {
  if (call.result === 'would-block') return `The kernel’s buffer for ${name} is full: send() takes nothing.`;
  if (call.result === 'lost') return `The connection to ${name} is lost.`;
  if (client.stage === 'refused') return `The refusal is sent to ${name}.`;
  const { from, to } = rangeOf(state, client, call);
  const last = client.count !== undefined && to === client.count + 1;
  if (to === from) return `A part of an integer is sent to ${name}.`;
  if (to === from + 1) {
    const integer = integerText(client, from).replace('N ', 'N = ');
    return `${from > 0 && integer.startsWith('#') ? `Prime ${integer.slice(1)}` : integer} is sent to ${name}${last && from > 0 ? ', its last' : ''}.`;
  }
  const first = from === 0 ? `N = ${number(client.count ?? 0)}` : undefined;
  const primes = to - Math.max(1, from);
  const all = primes === client.count ? 'all ' : '';
  const span = `${integerText(client, Math.max(1, from))} to ${integerText(client, to - 1)}`;
  const words = primes === 1 ? integerText(client, to - 1) : `${all}${count(primes, 'prime')}, ${span},`;
  return `${list([...(first === undefined ? [] : [first]), words])} ${first === undefined && primes === 1 ? 'is' : 'are'} sent to ${name}${last && all === '' ? ', its last' : ''}.`.replace(
    ',, its last',
    ', its last',
  );
}
