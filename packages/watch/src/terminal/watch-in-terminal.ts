/** Watches a server in a terminal: the picture of the page at 80 columns, and keys. */
import ansiEscapes from 'ansi-escapes';
import { once } from 'node:events';
import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { packState } from '@concurrent-primes/trace';
import type { Command } from '../messages.ts';
import { pictureOf } from '../model/index.ts';
import { Control } from '../serve/commands.ts';
import type { TraceFeed } from '../serve/trace-feed.ts';
import type { WatchedGate } from '../serve/watchable.ts';
import { modeOf } from '../viewer/mode.ts';
import { Watcher } from '../viewer/watcher.ts';
import { linesOf, roomIn } from './terminal-screen.ts';

/** A terminal. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & Pick<ReadStream, 'isTTY' | 'setRawMode'>;
  readonly output: Pick<WriteStream, 'isTTY' | 'write' | 'on' | 'off'> & {
    readonly columns?: number;
    readonly rows?: number;
    getColorDepth?(): number;
  };
}

/** What is watched, and where. */
export interface TerminalWatch {
  readonly feed: TraceFeed;
  readonly gate: WatchedGate;
  readonly terminal: Terminal;
  /** Ends it. */
  readonly signal: AbortSignal;
}

const COLUMNS = 80;
const ROWS = 24;
const NO_CLIENTS = { kinds: [], add: () => Promise.reject(new Error('clients come from another terminal')) };

/** Why a terminal can't be used; undefined if it can. */
export function whyNoTerminal({ input, output }: Terminal): string | undefined {
  return input.isTTY && output.isTTY ? undefined : 'stdin and stdout must be a terminal';
}

/**
 * Shows a server until the reader leaves with q or Ctrl-C.
 *
 * The terminal is restored in any case. A held server runs again.
 */
export async function watchInTerminal({ feed, gate, terminal, signal }: TerminalWatch): Promise<void> {
  const { input, output } = terminal;
  const left = new AbortController();
  const ended = AbortSignal.any([signal, left.signal]);
  const control = new Control([gate], NO_CLIENTS, Infinity);
  const watcher: Watcher = new Watcher(
    { send: (command: Command) => void control.perform(command).catch(() => undefined) },
    () => {
      draw();
    },
  );
  const draw = (): void => {
    const lines = screenOf(watcher, output);
    if (lines === undefined || ended.aborted) return;
    const text = lines.map((line) => line + ansiEscapes.eraseEndLine).join('\n');
    output.write(ansiEscapes.cursorTo(0, 0) + text + ansiEscapes.eraseDown);
  };
  const restore = (): void => {
    output.write(ansiEscapes.cursorShow + ansiEscapes.exitAlternativeScreen);
  };
  const keys = keysOf(watcher, () => {
    left.abort();
  });
  const onKey = (_: string | undefined, key: Key): void => {
    keys(key);
  };
  output.write(ansiEscapes.enterAlternativeScreen + ansiEscapes.cursorHide);
  // Also when the program fails.
  process.once('exit', restore);
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.on('keypress', onKey);
  input.resume();
  output.on('resize', draw);
  const endListening = feed.listen({
    begin: (header, state) => {
      watcher.take({ type: 'header', header });
      watcher.take({ type: 'keyframe', packed: packState(state) });
    },
    add: (batch) => {
      watcher.take({ type: 'events', batch });
    },
  });
  try {
    draw();
    if (!ended.aborted) await once(ended, 'abort');
  } finally {
    endListening();
    control.close();
    output.off('resize', draw);
    input.off('keypress', onKey);
    input.setRawMode(false);
    input.pause();
    process.off('exit', restore);
    restore();
  }
}

/** Draws what the watcher shows; undefined while there is nothing. */
function screenOf(watcher: Watcher, output: Terminal['output']): string[] | undefined {
  const { state } = watcher;
  if (state === undefined) return undefined;
  const { columns = COLUMNS, rows = ROWS } = output;
  const room = roomIn(columns);
  const picture = pictureOf(state, {
    inside: watcher.inside,
    later: watcher.later,
    columns: room.history,
    room: () => room.strip,
    picked: watcher.pinned,
  });
  const { badge, text } = modeOf(watcher, state);
  const hasColours = process.env['NO_COLOR'] === undefined && (output.getColorDepth?.() ?? 1) > 1;
  return linesOf({ state, picture, mode: `${badge} ${text}`, columns, rows, hasColours, picked: watcher.pinned });
}

/** What the keys do. */
function keysOf(watcher: Watcher, leave: () => void): (key: Key) => void {
  return ({ name, ctrl, shift }) => {
    if (ctrl === true) {
      if (name === 'c') leave();
      return;
    }
    switch (name) {
      case 'q':
        leave();
        break;
      case 'space':
        watcher.toggle();
        break;
      case 'right':
        if (shift === true) watcher.oneCall();
        else watcher.forward();
        break;
      case 'left':
        watcher.back();
        break;
      case 'n':
        watcher.follow();
        break;
      case 'up':
        pick(watcher, -1);
        break;
      case 'down':
        pick(watcher, 1);
        break;
    }
  };
}

/** Picks the next client: its row is marked, and stays in view among many. */
function pick(watcher: Watcher, direction: 1 | -1): void {
  const clients = [...(watcher.state?.clients.values() ?? [])].filter(({ place }) => place !== 'gone');
  const at = clients.findIndex(({ ordinal }) => ordinal === watcher.pinned);
  const next = clients.at(at < 0 && direction < 0 ? -1 : (at + direction) % Math.max(1, clients.length));
  if (next !== undefined && next.ordinal !== watcher.pinned) watcher.pick(next.ordinal, true);
}
