/** The page of two servers side by side. */
import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import { count, moment, twinPictureOf } from '../model/index.ts';
import { AddClient } from './parts/add-client.tsx';
import { Controls } from './parts/controls.tsx';
import { Header } from './parts/header.tsx';
import { Notices } from './parts/notices.tsx';
import { TwinLanes, TwinLegend, TwinTop } from './parts/twin-view.tsx';
import { applyTheme, isDark } from './theme.ts';
import { type Mode, modeOfClients } from '../viewer/mode.ts';
import type { Twin } from './twin.ts';

/** Steps of the slider. */
const SLIDER_STEPS = 1000;

export function TwinApp({ twin }: { readonly twin: Twin }): ComponentChild {
  const [dark, setDark] = useState(isDark());
  const { sides, first, times, isLookingBack, pace } = twin;
  if (sides === undefined) {
    return (
      <div class="page">
        <main class="start">
          <h1>Concurrent Primes</h1>
          <p role="status">{first.isLive ? 'Connecting to the servers…' : 'Opening the recordings…'}</p>
        </main>
      </div>
    );
  }
  const picture = twinPictureOf(sides);
  const canControl = first.isLive && first.connected && first.hello?.control !== false;
  return (
    <div class="page">
      <Header
        servers={sides.map(({ state }) => state.server)}
        mode={modeOf(twin)}
        dark={dark}
        toggleTheme={() => {
          applyTheme(!dark);
          setDark(!dark);
        }}
      />
      <main>
        {twin.watchers.map((watcher, index) => (
          <Notices key={index} watcher={watcher} state={sides[index]!.state} />
        ))}
        <TwinTop picture={picture} />
        <Controls
          unit="step"
          canGoBack={sides.some(({ state }) => state.step > 1)}
          canStep={isLookingBack || canControl}
          canCall={canControl && first.clients === undefined}
          canRun={canControl || !first.isLive}
          running={(first.isLive && isLookingBack) || pace === 'held' ? 'no' : pace}
          runText={runTextOf(twin)}
          first={0}
          step={Math.round((SLIDER_STEPS * times.now) / Math.max(1, times.newest))}
          steps={SLIDER_STEPS}
          where={moment(picture.nowUs)}
          goToStep={(step) => {
            twin.goTo((times.newest * step) / SLIDER_STEPS);
          }}
          back={() => {
            twin.back();
          }}
          forward={() => {
            twin.forward();
          }}
          oneCall={() => {
            twin.oneCall();
          }}
          slow={() => {
            twin.run('slow');
          }}
          run={() => {
            twin.run('free');
          }}
        />
        <TwinLanes picture={picture} />
        <div class="foot">
          <TwinLegend />
          <p class="below">
            {(first.isLive ? sides : []).map(({ state }, index) => (
              <a key={state.server.port} class="text-button" href={alone(index)} target="_blank" rel="noreferrer">
                Show {picture.servers[index]!.name} alone
              </a>
            ))}
          </p>
          <div class="panels">
            {canControl && first.hello !== undefined && (
              <AddClient
                clients={first.hello.clients}
                answer={first.answer}
                send={(command) => {
                  first.command(command);
                }}
              />
            )}
          </div>
        </div>
      </main>
    </div>
  );
}

/** Address of the page of one of the two servers. */
function alone(index: number): string {
  const address = new URL(location.href);
  address.hash = '';
  address.searchParams.set('source', String(index));
  return address.href;
}

function runTextOf({ first, isLookingBack, pace }: Twin): string {
  if (first.isLive && isLookingBack) return 'Newest';
  if (pace !== 'free') return 'Run';
  return first.isLive ? 'Hold' : 'Stop';
}

function modeOf(twin: Twin): Mode {
  const { first, times, isLookingBack } = twin;
  if (!first.isLive)
    return {
      badge: twin.pace === 'held' ? 'RECORDING' : 'PLAYING',
      text: `${moment(times.newest)} of both servers`,
      look: 'framed',
    };
  if (isLookingBack)
    return { badge: 'LOOKING BACK', text: `${moment(times.newest - times.now)} behind`, look: 'framed' };
  if (twin.watchers.some(({ connected }) => !connected)) {
    return { badge: 'NOT CONNECTED', text: 'trying again', look: 'loud' };
  }
  if (first.clients !== undefined) return modeOfClients(first.clients);
  if (first.pace === 'free') return { badge: 'RUNNING', text: 'both servers', look: 'plain' };
  if (first.pace === 'slow') return { badge: 'SLOW', text: `${count(2, 'turn')} or calls a second`, look: 'framed' };
  return { badge: 'HELD', text: 'both servers', look: 'framed' };
}
