/**
 * Why each client waits, in words.
 *
 * The kind of waiting is computed in one place, `waitingOf` of the package `trace`. This file only names it.
 */
import type { ClientState, State, Waiting } from '@concurrent-primes/trace';
import { count, duration } from './words.ts';

/**
 * What a client waits for, as a clause: `it isn't reading`.
 *
 * @param short - without naming the message whose bytes are missing
 */
export function causeOf({ reason, missingBytes }: Waiting, { stage, bytesGot }: ClientState, short = false): string {
  switch (reason) {
    case 'request':
      if (bytesGot === 0) return 'its request hasn’t come';
      return missingText(missingBytes, short ? '' : ' of its request');
    case 'reading':
      return 'it isn’t reading';
    case 'sum':
      if (bytesGot === 0) return 'its sum hasn’t come';
      return missingText(missingBytes, short ? '' : ' of its sum');
    case 'close':
      return 'it hasn’t closed yet';
    case 'farewell':
      return 'it was refused and hasn’t left';
    case 'computing':
      return stage === 'counting' ? 'its N is being counted' : 'its next primes are being sieved';
    case 'loop':
      return 'the loop serves others';
    case 'thread':
      return 'all threads are taken';
    case 'taken-next':
      return 'a thread is about to take it';
    case 'queue':
      return 'the queue is full';
    case 'server':
      return 'its answer isn’t whole';
    case 'none':
      return '';
  }
}

function missingText(bytes: number, ofWhat: string): string {
  const count = bytes === 1 ? '1 byte' : `${bytes} bytes`;
  if (ofWhat === '') return `${count} missing`;
  return `${count}${ofWhat} ${bytes === 1 ? 'is' : 'are'} missing`;
}

/** A call that has lasted shorter than this isn't known to be stuck. */
const JUST_BEGUN_US = 1000;

/** Whether a pool thread has only just begun its call. */
export function hasJustBegun(state: State, { sinceUs }: Waiting): boolean {
  return state.timeUs - sinceUs < JUST_BEGUN_US;
}

/** The line under a client's name: `Not ready, 4 turns: it isn't reading.` */
export function reasonOf(state: State, client: ClientState, waiting: Waiting): string {
  const since = duration(Math.max(0, state.timeUs - waiting.sinceUs));
  const forLong = hasJustBegun(state, waiting) ? '' : `, ${since}`;
  switch (waiting.kind) {
    case 'served':
      return servedText(state, client);
    case 'in-turn':
      if (client.place === 'queue') return 'A free thread takes it next.';
      if (waiting.reason === 'computing') return `In this turn: ${causeOf(waiting, client)}.`;
      return 'Ready: its call comes in this turn.';
    case 'itself':
      if (client.place === 'thread') {
        if (hasJustBegun(state, waiting)) return `Its thread is in ${client.call?.name ?? 'recv'}().`;
        return `Blocked ${since}: ${causeOf(waiting, client, true)}.`;
      }
      if (state.server.architecture === 'net') return `Waits ${since}: ${causeOf(waiting, client, true)}.`;
      return `Not ready${waiting.turns > 0 ? `, ${count(waiting.turns, 'turn')}` : ''}: ${causeOf(waiting, client, true)}.`;
    case 'another':
      if (client.place === 'queue') return `Waits for a free thread${forLong}.`;
      if (client.place === 'hand') return `Waits for the full queue${forLong}.`;
      return `Ready, but the loop serves others, ${since}.`;
    case 'gone':
      return goneText(client);
    case 'unknown':
      return 'Unknown since events were lost.';
  }
}

function servedText({ server }: State, { stage, sum, place }: ClientState): string {
  if (stage === 'sum') return 'All integers are out; its sum is due.';
  if (sum !== undefined && stage === 'done') return `Its sum has come, and is ${sum}.`;
  if (stage === 'counting') return 'Its request is whole; N is being counted.';
  if (stage === 'refused') return 'It is refused.';
  if (place === 'thread') return 'Being served.';
  return server.architecture === 'net' ? 'Served now.' : 'Served in this turn.';
}

function goneText({ outcome, refusal }: ClientState): string {
  if (outcome === undefined) return refusal === undefined ? 'It has left.' : 'Refused, and gone.';
  return outcome === 'served' ? 'Served, and gone.' : `Gone: ${outcome.replaceAll('-', ' ')}.`;
}
