/** How time passes, and which moment is shown, in a few words. */
import type { State } from '@concurrent-primes/trace';
import { count, number } from '../model/index.ts';
import type { Watcher } from './watcher.ts';

/** What the page is doing, in a badge and a phrase. */
export interface Mode {
  readonly badge: string;
  readonly text: string;
  readonly look: 'framed' | 'plain' | 'loud';
}

/** Returns the mode of what is shown. */
export function modeOf(watcher: Watcher, state: State): Mode {
  const unit = state.server.architecture === 'loop' ? 'turn' : 'step';
  const head = watcher.recording!.state;
  if (watcher.isLive && watcher.isLookingBack) {
    const runs = watcher.pace === 'held' ? 'the server is held' : 'the server runs on';
    return { badge: 'LOOKING BACK', text: `${count(head.step - state.step, unit)} behind, ${runs}`, look: 'framed' };
  }
  if (watcher.isLive && !watcher.connected) return { badge: 'NOT CONNECTED', text: 'trying again', look: 'loud' };
  if (!watcher.isLive) {
    const text = watcher.inside
      ? `inside ${unit} ${number(turnOf(state))}`
      : `${number(state.step)} of ${count(watcher.lastStep, unit)}`;
    return { badge: watcher.pace === 'held' ? 'RECORDING' : 'PLAYING', text, look: 'framed' };
  }
  if (watcher.clients !== undefined) return modeOfClients(watcher.clients);
  if (watcher.pace === 'free') return { badge: 'RUNNING', text: 'drawn at most three times a second', look: 'plain' };
  if (watcher.pace === 'slow') return { badge: 'SLOW', text: `2 ${unit}s a second`, look: 'framed' };
  const inside = head.threads.find(({ atGate }) => atGate === 'inside a turn');
  if (inside !== undefined && state.server.architecture === 'loop') {
    return { badge: 'HELD', text: `inside turn ${number(inside.turn)}`, look: 'framed' };
  }
  const text =
    state.server.architecture === 'loop'
      ? `at the gate before turn ${number(turnOf(state) + 1)}`
      : 'each thread stops at its next call';
  return { badge: 'HELD', text, look: 'framed' };
}

/** The mode while the clients are held instead of the server. */
export function modeOfClients({ pace, lastAct }: NonNullable<Watcher['clients']>): Mode {
  switch (pace) {
    case 'free':
      return { badge: 'RUNNING', text: 'clients act as they like', look: 'plain' };
    case 'slow':
      return { badge: 'SLOW', text: lastAct === '' ? 'one client acts at a time' : lastAct, look: 'framed' };
    case 'held':
      return { badge: 'HELD', text: lastAct === '' ? 'each client waits to act' : lastAct, look: 'framed' };
  }
}

function turnOf(state: State): number {
  return state.server.architecture === 'loop'
    ? (state.threads[state.history.at(-1)?.thread ?? 0]?.turn ?? 0)
    : state.step;
}
