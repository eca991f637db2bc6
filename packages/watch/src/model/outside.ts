/**
 * The picture of a server that nobody sees: what its clients do, and which of them wait for it.
 *
 * It says only what the clients know. Whether a client waits for another one, only the server knows.
 */
import { type CallState, type ClientState, clientName, type State, type Waiting } from '@concurrent-primes/trace';
import { currentCalls, receivedPart, sendText } from './calls.ts';
import { intervalText } from './conversation.ts';
import type { Glance, Machine, Sentence } from './picture.ts';
import { causeOf } from './reasons.ts';
import { MOST_NAMES, namesOf, type Standing, type Standings } from './standing.ts';
import { count, duration, moment, number } from './words.ts';

const UNSEEN = 'Nobody sees what the server does: only what its clients send, and what reaches them.';

/** What the clients did in this step, and which of them wait. */
export function outsideSentence(state: State, standings: Standings): Sentence {
  const calls = currentCalls(state);
  const told = calls.map((call) => actText(state, call, calls)).filter((text) => text !== '');
  return { lead: `*${moment(state.timeUs)}.* ${told.join(' ')}`, more: waitText(state, standings) };
}

/** How many clients wait for the server. */
export function outsideGlance(state: State, standings: Standings): Glance {
  const waiting = waitingForServer(standings);
  const longest = waiting.length === 0 ? '' : `, the longest for *${longestText(state, waiting)}*`;
  return {
    bad: false,
    figure: `${number(waiting.length)} of ${number(standings.present.length)}`,
    lines: [`${waiting.length === 1 ? 'waits' : 'wait'} for *the server*${longest}.`, 'Why, only the server knows.'],
  };
}

/** The clients, and a server without its parts. */
export function outsideMachine({ server }: State, standings: Standings): Machine {
  const waiting = waitingForServer(standings).length;
  return {
    title: 'The clients’ side of a server',
    back: undefined,
    stations: [
      {
        title: 'Clients',
        note: 'connected',
        help: 'The clients that this page starts. It sees what they send, and what reaches them.',
        chips: [{ text: count(standings.present.length, 'client'), look: 'plain' }],
        look: 'quiet',
        link: undefined,
      },
      {
        title: 'The server',
        note: waiting === 0 ? 'owes no answer' : `owes ${count(waiting, 'answer')}`,
        help: UNSEEN,
        chips: [{ text: 'unseen', look: 'room' }],
        look: waiting === 0 ? 'quiet' : 'busy',
        link: { words: '' },
      },
    ],
    caveat: `Only the clients’ side is shown. The server’s side needs strace: ${String(server.options['unseen'] ?? 'there is none')}.`,
  };
}

/** The line under a client’s name. */
export function outsideReason(state: State, client: ClientState, waiting: Waiting): string {
  const since = duration(Math.max(0, state.timeUs - waiting.sinceUs));
  if (waiting.reason !== 'server') return `Waits ${since}: ${causeOf(waiting, client, true)}.`;
  return `Waits ${since} for the server: ${client.bytesSent === 0 ? 'no byte of its answer has come' : 'its answer isn’t whole'}.`;
}

function waitingForServer(standings: Standings): readonly Standing[] {
  return standings.of('in-turn').filter(({ waiting }) => waiting.reason === 'server');
}

function longestText(state: State, waiting: readonly Standing[]): string {
  return duration(Math.max(0, ...waiting.map((one) => state.timeUs - one.waiting.sinceUs)));
}

function waitText(state: State, standings: Standings): string {
  const waiting = waitingForServer(standings);
  if (waiting.length === 0) return 'No client waits for the server.';
  const names = namesOf(waiting.map(({ client }) => client.ordinal));
  const isOne = waiting.length === 1;
  const longest = waiting.length > MOST_NAMES ? `, the longest for ${longestText(state, waiting)}` : '';
  return `*${names}* ${isOne ? 'waits' : 'wait'} for ${isOne ? 'its answer' : 'their answers'}${longest}. Why, only the server knows.`;
}

function actText(state: State, call: CallState, calls: readonly CallState[]): string {
  const client = state.clients.get(call.client);
  const name = clientName(call.client);
  if (client === undefined) return '';
  switch (call.kind) {
    case 'accept':
      return `${name} connects.`;
    case 'recv':
      return sentText(client, name, call, calls);
    case 'send':
      return sendText(state, client, name, call).replace(/ (is|are) sent to /, (_, verb: string) =>
        verb === 'is' ? ' reaches ' : ' reach ',
      );
    case 'refuse':
      return `The server refuses ${name}.`;
    case 'close':
      return `${name} has gone.`;
    default:
      return '';
  }
}

/** What a client has sent. */
function sentText(client: ClientState, name: string, call: CallState, calls: readonly CallState[]): string {
  if (call.result === 'lost') return `The connection of ${name} is lost.`;
  if (call.result === 'end') return `${name} ends its sending.`;
  switch (receivedPart(client, call, calls)) {
    case 'request':
      return `${name} has sent its request: ${intervalText(client)}.`;
    case 'sum':
      return `${name} has sent its sum, which is ${client.sum ?? 'unknown'}.`;
    default:
      return `${name} sends ${count(call.bytes, 'byte')}.`;
  }
}
