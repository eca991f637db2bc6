/** The page: lays out the picture of the moment that the watcher shows. */
import type { ComponentChild, ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { State } from '@concurrent-primes/trace';
import { moment, number, type Picture, pictureOf, type Size } from '../model/index.ts';
import { AddClient } from './parts/add-client.tsx';
import { Controls } from './parts/controls.tsx';
import { CrowdView } from './parts/crowd-view.tsx';
import { Explain } from './parts/explain.tsx';
import { Header } from './parts/header.tsx';
import { Legend } from './parts/legend.tsx';
import { MachineView } from './parts/machine-view.tsx';
import { Notices } from './parts/notices.tsx';
import { plainText } from './parts/rich-text.tsx';
import { RowsView } from './parts/rows-view.tsx';
import { Top } from './parts/top.tsx';
import { saveRecording } from './save.ts';
import { applyTheme, isDark } from './theme.ts';
import { modeOf } from '../viewer/mode.ts';
import type { Watcher } from '../viewer/watcher.ts';

/** How much fits, measured from the page's width. */
interface Room {
  readonly width: number;
  readonly columns: number;
  readonly strip: (size: Size) => number;
}

const NARROW = 900;
const MIDDLE = 1180;
/** In rem: a column, a character of a strip's cell, and how wide strips should be. */
const COLUMN = 1.5;
const CHARACTER = 0.565;
const SMALL_CHARACTER = 0.535;
const LEAST_STRIP = 18;
const WIDE_STRIP = 34;

function roomIn(width: number): Room {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const rems = width / rem;
  const isNarrow = innerWidth <= NARROW;
  if (isNarrow) {
    return { width, columns: Math.max(8, Math.floor(rems / COLUMN)), strip: () => 2.2 * (rems / CHARACTER) };
  }
  const isMiddle = innerWidth <= MIDDLE;
  const [few, dense] = isMiddle ? [16.5, 16.5] : [19.375, 17.5];
  // 18 columns, fewer in a middling window, more in a wide one.
  const spare = Math.floor((rems - dense - LEAST_STRIP) / COLUMN);
  const columns = Math.min(40, Math.max(10, Math.min(18, spare), Math.floor((rems - dense - WIDE_STRIP) / COLUMN)));
  return {
    width,
    columns,
    strip: (size) =>
      (rems - (size === 'few' ? few : dense) - COLUMN * columns - 2) / (size === 'few' ? CHARACTER : SMALL_CHARACTER),
  };
}

/** What a page shows. */
export interface AppProps {
  readonly watcher: Watcher;
  /** Parts that are hidden, because they tell the answer to a question. */
  readonly hidden?: readonly string[];
  /** Comes above the picture. */
  readonly children?: ComponentChildren;
}

/** The whole page. */
export function App({ watcher, hidden = [], children }: AppProps): ComponentChild {
  const page = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Room>();
  const [dark, setDark] = useState(isDark());
  useLayoutEffect(() => {
    const measure = (): void => {
      const style = getComputedStyle(page.current!);
      const width =
        page.current!.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      setRoom((old) => (old?.width === width ? old : roomIn(width)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(page.current!);
    return () => {
      observer.disconnect();
    };
  }, []);
  const { state } = watcher;
  const toggleTheme = (): void => {
    applyTheme(!dark);
    setDark(!dark);
  };
  return (
    <div
      ref={page}
      class={['page', watcher.stepping ? 'stepping' : '', ...hidden.map((part) => `hides-${part}`)].join(' ')}
    >
      {state === undefined || room === undefined ? (
        <main class="start">
          <h1>Concurrent Primes</h1>
          <p role="status">{watcher.isLive ? 'Connecting to the server…' : 'Opening the recording…'}</p>
        </main>
      ) : (
        <Shown watcher={watcher} state={state} room={room} dark={dark} toggleTheme={toggleTheme}>
          {children}
        </Shown>
      )}
    </div>
  );
}

interface ShownProps {
  readonly watcher: Watcher;
  readonly state: State;
  readonly room: Room;
  readonly dark: boolean;
  readonly toggleTheme: () => void;
  readonly children: ComponentChildren;
}

function Shown({ watcher, state, room, dark, toggleTheme, children }: ShownProps): ComponentChild {
  const picked = watcher.pointed ?? watcher.pinned;
  const picture = pictureOf(state, {
    inside: watcher.inside,
    later: watcher.later,
    columns: room.columns,
    room: room.strip,
    picked,
  });
  const { server } = state;
  const first = Math.max(1, watcher.recording!.firstStep);
  const isLoop = server.architecture === 'loop';
  const canControl = watcher.isLive && watcher.connected && watcher.hello?.control !== false;
  const goToStep = (step: number): void => {
    watcher.stepping = false;
    watcher.goToStep(step);
  };
  const pick = (client: number | undefined, pinned: boolean): void => {
    watcher.pick(client, pinned);
  };
  const canGo = watcher.isLookingBack || canControl;
  return (
    <>
      <Header servers={[server]} mode={modeOf(watcher, state)} dark={dark} toggleTheme={toggleTheme} />
      <main>
        {children}
        <Notices watcher={watcher} state={state} />
        <Top sentence={picture.sentence} glance={picture.glance} />
        <Spoken picture={picture} pace={watcher.pace} />
        <Controls
          unit={isLoop ? 'turn' : 'step'}
          canGoBack={state.step > first}
          canStep={canGo}
          canCall={canGo}
          canRun={watcher.isLive ? canControl : watcher.lastStep > 1}
          running={watcher.isLookingBack && watcher.isLive ? 'no' : watcher.pace === 'held' ? 'no' : watcher.pace}
          runText={
            watcher.isLive && watcher.isLookingBack
              ? 'Newest'
              : watcher.pace !== 'free'
                ? 'Run'
                : watcher.isLive
                  ? 'Hold'
                  : 'Stop'
          }
          first={first}
          step={state.step}
          steps={watcher.lastStep}
          where={whereText(state)}
          goToStep={goToStep}
          back={() => {
            watcher.back();
          }}
          forward={() => {
            watcher.forward();
          }}
          oneCall={() => {
            watcher.oneCall();
          }}
          slow={() => {
            watcher.run('slow');
          }}
          run={() => {
            watcher.run('free');
          }}
        />
        {picture.machine !== undefined && picture.crowd?.queue === undefined && (
          <MachineView machine={picture.machine} compact={picture.crowd !== undefined} />
        )}
        {picture.crowd !== undefined && (
          <CrowdView state={state} crowd={picture.crowd} width={room.width} picked={picked} pick={pick} />
        )}
        <RowsView state={state} picture={picture} goToStep={goToStep} />
        {state.clients.size === 0 && <Empty state={state} live={watcher.isLive} />}
        <div class="foot">
          <Legend architecture={server.architecture} />
          <p class="below">
            <button
              type="button"
              class="text-button"
              onClick={() => {
                saveRecording(watcher.recording!);
              }}
            >
              Save this recording
            </button>
          </p>
          <div class="panels">
            {watcher.connected && watcher.hello !== undefined && watcher.hello.clients.length > 0 && (
              <AddClient
                clients={watcher.hello.clients}
                answer={watcher.answer}
                send={(command) => {
                  watcher.command(command);
                }}
              />
            )}
            <Explain server={server} live={watcher.isLive} />
          </div>
        </div>
      </main>
    </>
  );
}

function whereText(state: State): string {
  if (state.server.architecture !== 'loop') return `step ${number(state.step)}, ${moment(state.timeUs)}`;
  const turn = state.threads[state.history.at(-1)?.thread ?? 0]?.turn ?? 0;
  return `turn ${number(turn)}, ${moment(state.timeUs)}`;
}

/** For screen readers: each step; while time passes by itself, every five seconds. */
function Spoken({ picture, pace }: { readonly picture: Picture; readonly pace: string }): ComponentChild {
  const text = plainText(
    `${picture.sentence.lead} ${picture.sentence.more} ${picture.glance.figure} ${picture.glance.lines[0] ?? ''}`,
  );
  const [spoken, speak] = useState(text);
  const newest = useRef(text);
  newest.current = text;
  useEffect(() => {
    if (pace === 'held') speak(text);
  }, [pace, text]);
  useEffect(() => {
    if (pace === 'held') return undefined;
    const timer = setInterval(() => {
      speak(newest.current);
    }, 5000);
    return () => {
      clearInterval(timer);
    };
  }, [pace]);
  return (
    <p class="unseen-text spoken" role="status">
      {spoken}
    </p>
  );
}

function Empty({ state, live }: { readonly state: State; readonly live: boolean }): ComponentChild {
  if (!live) return null;
  const { port } = state.server;
  return (
    <p class="empty">
      No client is connected. Add one below, or start ten in another terminal:{' '}
      <code>pnpm --filter client run multi 100 200 -t 10 -p {port}</code>
    </p>
  );
}
