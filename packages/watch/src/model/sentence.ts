/** What this step did, which clients wait for which, and why, in sentences. */
import { clientName, type State, type ThreadState } from '@concurrent-primes/trace';
import { callText, currentCalls, currentThread, loopCount, threadName } from './calls.ts';
import { outsideSentence } from './outside.ts';
import type { Sentence } from './picture.ts';
import { causeOf, hasJustBegun } from './reasons.ts';
import { MOST_NAMES, namesOf, type Standing, type Standings } from './standing.ts';
import { count, duration, list, moment, number } from './words.ts';

/** The most calls that a sentence tells one by one. */
const MOST_CALLS = 5;

/** How the selector's call is named. */
export function selectorCall(state: State): string {
  return state.server.name === 'epoll' ? 'epoll_wait()' : `${state.server.name}()`;
}

/**
 * The sentences about a step.
 *
 * @param state - the state
 * @param standings - of its clients
 * @param inside - whether the step isn't over
 */
export function sentenceOf(state: State, standings: Standings, inside: boolean): Sentence {
  if (state.step === 0) {
    return {
      lead: `*The server waits.* It has done nothing yet.`,
      more: 'Start clients, or add one below. Each call that the server makes for them becomes visible here.',
    };
  }
  const last = state.history.at(-1);
  if (last?.kind === 'left-out') {
    return {
      lead: `*${count(last.lost, 'event')} ${last.lost === 1 ? 'is' : 'are'} left out.* The server is faster than a page can show.`,
      more: 'Hold the server, or let it take two turns a second: then every call is shown.',
    };
  }
  if (last?.kind === 'lost') {
    return {
      lead: `*${count(last.lost, 'event')} ${last.lost === 1 ? 'was' : 'were'} lost.* What they changed is unknown until the next snapshot.`,
      more: 'The server never waits for this page: when it writes faster than events are read, the oldest are overwritten.',
    };
  }
  switch (state.server.architecture) {
    case 'loop':
      return { lead: turnText(state, standings, inside), more: skippedText(standings) };
    case 'pool':
      return { lead: `*${moment(state.timeUs)}.* ${poolCallText(state)}`, more: chainText(state, standings) };
    case 'net':
      return { lead: `*${moment(state.timeUs)}.* ${netCallText(state)}`, more: netMoreText(standings) };
    case 'clients':
      return outsideSentence(state, standings);
  }
}

function turnText(state: State, standings: Standings, inside: boolean): string {
  const thread = currentThread(state);
  if (thread === undefined) return '';
  if (thread.info.role !== 'loop') return `*${moment(state.timeUs)}.* ${poolCallText(state)}`;
  const turn = `*Turn ${number(thread.turn)}${loopCount(state) > 1 ? ` of ${thread.info.name}` : ''}.*`;
  const { calls } = thread;
  if (calls.length > MOST_CALLS || thread.inready.length + thread.outready.length > 2 * MOST_NAMES) {
    return `${turn} ${crowdTurnText(state, standings, thread)}`;
  }
  const told = calls.map((call) => callText(state, call, calls)).filter((text) => text !== '');
  return `${turn} ${reportText(state, thread)} ${told.length > 0 ? told.join(' ') : inside ? '*Which calls follow?*' : 'No call follows.'}`;
}

function reportText(state: State, { inready, outready, s0Ready }: ThreadState): string {
  const readable = [...(s0Ready ? ['s0'] : []), ...inready.map(clientName)];
  if (readable.length + outready.length === 0)
    return `${selectorCall(state)} reports no socket: a time limit has passed.`;
  const said =
    readable.length === 0
      ? 'no socket'
      : readable.length > MOST_NAMES
        ? count(readable.length, 'socket')
        : list(readable);
  return `${selectorCall(state)} reports ${said} readable, ${outready.length === 0 ? 'none' : namesOf(outready, 'sockets')} writable.`;
}

function crowdTurnText(
  state: State,
  { present }: Standings,
  { calls, inready, outready, s0Ready }: ThreadState,
): string {
  const of = (kind: string): number => calls.filter((call) => call.kind === kind).length;
  const ready = new Set([...inready, ...outready]).size + (s0Ready ? 1 : 0);
  const parts = [
    ...(of('recv') > 0 ? [`${number(of('recv'))} ${of('recv') === 1 ? 'gets' : 'get'} a recv`] : []),
    ...(of('send') > 0
      ? [`${number(of('send'))}${of('recv') > 0 ? '' : of('send') === 1 ? ' gets' : ' get'} a send`]
      : []),
    ...(of('accept') > 0 ? [`${count(of('accept'), 'new client')} ${of('accept') === 1 ? 'is' : 'are'} accepted`] : []),
    ...(of('close') > 0 ? [`${count(of('close'), 'client')} ${of('close') === 1 ? 'has' : 'have'} left`] : []),
  ];
  return `${number(ready)} of ${number(present.length + 1)} sockets are ready${parts.length > 0 ? `: ${list(parts)}` : ''}${integersText(state, calls)}.`;
}

/** ` of one integer`, when each send has taken as much. */
function integersText(state: State, calls: ThreadState['calls']): string {
  const sizes = new Set(calls.filter(({ kind, bytes }) => kind === 'send' && bytes > 0).map(({ bytes }) => bytes));
  const [bytes] = sizes;
  if (sizes.size !== 1 || bytes === undefined || bytes % 4 !== 0 || calls.at(-1)?.kind !== 'send') return '';
  return state.server.architecture !== 'loop'
    ? ''
    : bytes === 4
      ? ' of one integer'
      : ` of ${number(bytes / 4)} integers`;
}

/** The clients that the loop skips. */
function skippedText(standings: Standings): string {
  const another = standings.of('another');
  const itself = standings.of('itself');
  const late =
    another.length === 0
      ? ''
      : `*${namesOf(another.map(({ client }) => client.ordinal))}* ${another.length === 1 ? 'is' : 'are'} ready, but the loop serves others: the turn is long. `;
  if (standings.present.length === 0) return `${late}No client is connected.`;
  if (itself.length === 0) return late === '' ? 'Every client here had its call in this turn.' : late.trim();
  const them = itself.length === 1 ? 'it' : 'them';
  const nobody = another.length === 0 ? `, and no other client waits for ${them}` : '';
  return `${late}${whyText(itself)} The loop skips ${them}${nobody}.`;
}

function whyText(itself: readonly Standing[]): string {
  if (itself.length <= MOST_NAMES) {
    return itself
      .map(({ client, waiting }) => `*${clientName(client.ordinal)}* isn’t ready: ${causeOf(waiting, client)}.`)
      .join(' ');
  }
  return `${number(itself.length)} aren’t ready: ${groupsText(itself)}.`;
}

/** `371 aren't reading, 18 owe bytes of their request`. */
function groupsText(group: readonly Standing[]): string {
  const of = (...reasons: string[]): number => group.filter(({ waiting }) => reasons.includes(waiting.reason)).length;
  const said = (n: number, one: string, many: string): string[] =>
    n === 0 ? [] : [`*${number(n)}* ${n === 1 ? one : many}`];
  return list([
    ...said(of('reading'), 'isn’t reading', 'aren’t reading'),
    ...said(of('request'), 'owes bytes of its request', 'owe bytes of their requests'),
    ...said(of('sum'), 'owes its sum', 'owe their sums'),
    ...said(of('close', 'farewell'), 'hasn’t closed', 'haven’t closed'),
    ...said(of('computing'), 'is being computed', 'are being computed'),
  ]);
}

function poolCallText(state: State): string {
  const thread = currentThread(state);
  const calls = currentCalls(state);
  const told = calls.map((call) => callText(state, call, calls)).filter((text) => text !== '');
  const sending = thread?.blocked?.call === 'send' && calls.length > 0 ? [sendingText(state, thread)] : [];
  if (told.length > 0) return [...told, ...sending].join(' ');
  const client = thread?.blocked?.client === undefined ? undefined : state.clients.get(thread.blocked.client);
  if (thread?.blocked === undefined) return 'The threads work.';
  const name = client === undefined ? '' : clientName(client.ordinal);
  switch (thread.blocked.call) {
    case 'send':
      return `${threadName(thread)} calls send() for ${name}, ${count(Math.round((client?.call?.bytes ?? 0) / 4), 'integer')} at once, and blocks until the kernel has taken all.`;
    case 'recv':
      return `${threadName(thread)} calls recv() for ${name}, and blocks until bytes come.`;
    case 'accept':
      return `${thread.info.role === 'accept' ? 'The accept thread' : threadName(thread)} calls accept(), and blocks until a client connects.`;
    case 'put':
      return `The accept thread can’t put ${name} into the queue: it is full. The accept thread blocks, and accepts no client.`;
    case 'take':
      return `${threadName(thread)} is free, and waits for the queue.`;
    case 'select':
    case 'none':
      return '';
  }
}

/** A thread that gives the kernel a whole answer blocks until the last byte is taken. */
function sendingText(state: State, thread: ThreadState): string {
  const bytes = state.clients.get(thread.blocked?.client ?? 0)?.call?.bytes ?? 0;
  return `${threadName(thread)} calls send() for ${count(Math.floor(bytes / 4), 'integer')}.`;
}

/** Which clients wait, where, and which clients hold the threads. */
function chainText(state: State, standings: Standings): string {
  const another = standings.of('another');
  const queued = another.filter(({ client }) => client.place === 'queue').map(({ client }) => client.ordinal);
  const waiting = [
    ...(queued.length > 0 ? [`*${namesOf(queued)}* in the queue`] : []),
    ...(state.hand !== undefined ? [`*${clientName(state.hand)}* in the accept thread’s hands`] : []),
    ...(standings.stuckInBacklog > 0 ? [`*${number(standings.stuckInBacklog)} more* in the kernel’s backlog`] : []),
  ];
  const why = holdersText(state, standings);
  return waiting.length > 0 ? `Waiting: ${waiting.join(', ')}. *Why:* ${why}.` : `${why}.`;
}

function holdersText(state: State, { present }: Standings): string {
  const threads = state.threads.filter(({ info }) => info.role === 'pool');
  const held = present.filter(({ client }) => client.place === 'thread');
  const grows = state.server.options.threadPerClient === true;
  const free = grows ? [] : threads.filter(({ client, known }) => client === undefined && known).map(threadName);
  const freeText =
    free.length === 0
      ? []
      : [
          `${free.length > MOST_NAMES ? count(free.length, 'thread') : list(free)} ${free.length === 1 ? 'is' : 'are'} free`,
        ];
  if (held.length > MOST_NAMES) {
    const blocked = held.filter(({ waiting }) => waiting.kind === 'itself');
    const blockedText =
      blocked.length === 0
        ? 'all of them run'
        : `${number(blocked.length)} of them are blocked: ${groupsText(blocked)}`;
    return [
      `${number(held.length)} of ${count(threads.length, 'thread')} serve clients; ${blockedText}`,
      ...freeText,
    ].join('; ');
  }
  const holders = held.map(({ client, waiting }) => {
    const because = waiting.kind === 'itself' && !hasJustBegun(state, waiting) ? `: ${causeOf(waiting, client)}` : '';
    return `${threadName(state.threads[client.thread])} is held by ${clientName(client.ordinal)}${because}`;
  });
  const text = [...holders, ...freeText].join('; ');
  return text === '' ? 'no thread is busy' : text;
}

function netCallText(state: State): string {
  const calls = currentCalls(state);
  const told = calls.map((call) => callText(state, call, calls)).filter((text) => text !== '');
  if (told.length > MOST_CALLS) return `Node calls back: ${count(calls.length, 'call')} in this turn.`;
  return told.length > 0 ? `Node calls back. ${told.join(' ')}` : 'Node’s event loop calls back.';
}

function netMoreText(standings: Standings): string {
  const itself = standings.of('itself');
  if (standings.present.length === 0) return 'No client is connected.';
  if (itself.length === 0) return 'Every client here had its callback.';
  if (itself.length > MOST_NAMES) return `${number(itself.length)} wait for themselves: ${groupsText(itself)}.`;
  const them = itself.length === 1 ? 'it' : 'them';
  return `${itself.map(({ client, waiting }) => `*${clientName(client.ordinal)}*: ${causeOf(waiting, client)}.`).join(' ')} No other client waits for ${them}.`;
}

/** How long the longest of some clients has waited. */
export function longestText(state: State, standings: readonly Standing[]): string {
  return duration(Math.max(0, ...standings.map(({ waiting }) => state.timeUs - waiting.sinceUs)));
}
