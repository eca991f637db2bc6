import type { State } from '@concurrent-primes/trace';
import type { ComponentChild } from 'preact';
import { CLIENT_TABLE_HEAD, clientTable, type Crowd, duration, FD_SETSIZE, number } from '../../model/index.ts';
import { scaled } from './canvas.tsx';
import { HeatMap } from './heat-map.tsx';
import { Histogram } from './histogram.tsx';
import { RecentSteps } from './recent-steps.tsx';
import { SeatMap } from './seat-map.tsx';
import { QueueMap, ThreadMap } from './thread-map.tsx';
import { TwinTable } from './twin-table.tsx';

interface CrowdProps {
  readonly state: State;
  readonly crowd: Crowd;
  /** Width of the page, in CSS pixels. */
  readonly width: number;
  readonly picked: number | undefined;
  readonly pick: (client: number | undefined, pinned: boolean) => void;
}

const GAP = 28;
const MOST_LEFT = 482;

/** Many clients: a seat for each, and histograms. */
export function CrowdView({ state, crowd, width, picked, pick }: CrowdProps): ComponentChild {
  const isNarrow = width < 860;
  const left = Math.floor(isNarrow ? width : Math.min(scaled(MOST_LEFT), width * 0.42));
  const right = Math.floor(isNarrow ? width : Math.min(1150, width - left - GAP));
  const { seats, threads, queue, bins, recent } = crowd;
  return (
    <section class="crowd" aria-label="All clients">
      <div class="figure">
        {seats !== undefined && (
          <>
            <h2>{state.server.name === 'select' ? fdSetTitle(seats.looks.length) : 'One seat for each socket'}</h2>
            <p>
              <span class="in">▼</span> recv <span class="out">▲</span> send – not ready □ longest without a call. Point
              at one for its row.
            </p>
            <SeatMap seats={seats} width={left} picked={picked} pick={pick} />
          </>
        )}
        {queue !== undefined && (
          <>
            <h2>{number(threads.length)} threads, and the client that each serves</h2>
            <p>▲ blocked in send ▼ blocked in recv ● runs. Point at one for its row.</p>
            <ThreadMap threads={threads} width={left} picked={picked} pick={pick} />
          </>
        )}
        <TwinTable caption="All clients" head={CLIENT_TABLE_HEAD} rows={() => clientTable(state)} />
        {recent.at(-1)?.cells !== undefined && (
          <div class="figure">
            <h2>
              The last {number(120)} {state.server.architecture === 'loop' ? 'turns' : 'steps'} of each client
            </h2>
            <p>
              <span class="in">■</span> recv <span class="out">■</span> send – waits for itself; hatched: waits for
              another client.
            </p>
            <HeatMap state={state} width={left} />
          </div>
        )}
      </div>
      <div>
        {queue !== undefined && (
          <div class="figure">
            <h2 class="line-up">
              <span>
                Backlog: {number(queue.backlog.length)}
                {queue.backlog.maximum > 0 && ` of ${number(queue.backlog.maximum)}`}
              </span>
              <span>→ accept thread: {queue.hand ?? 'free'} →</span>
              <span>
                queue: {number(queue.length)} of {number(queue.capacity)}
              </span>
            </h2>
            <p>
              One box for each place in the queue, first in line at the top left; hatched: waits for more than 5 s.
              Below: the backlog.
            </p>
            <QueueMap queue={queue} width={right} pick={pick} />
          </div>
        )}
        <div class="figure">
          <h2>{bins.title}</h2>
          <p>{bins.note}</p>
          <Histogram bins={bins.bins} unit={bins.unit} width={right} />
        </div>
        {queue === undefined && (
          <div class="figure">
            <h2>{state.server.architecture === 'loop' ? 'The last 120 turns' : 'The last 120 callbacks'}</h2>
            <p>{recentNote(recent.flatMap(({ durationUs }) => (durationUs === undefined ? [] : [durationUs])))}</p>
            <RecentSteps columns={recent} width={right} />
            <TwinTable
              caption="The last turns"
              head={['step', 'recv', 'send', 'accepted', 'closed', 'took']}
              rows={() =>
                recent.map(({ turn, step, recvs, sends, accepts, closes, durationUs }) => [
                  turn === 0 ? step : turn,
                  recvs,
                  sends,
                  accepts,
                  closes,
                  durationUs === undefined ? '' : duration(durationUs),
                ])
              }
            />
          </div>
        )}
      </div>
    </section>
  );
}

function fdSetTitle(shown: number): string {
  return shown < FD_SETSIZE
    ? `fd_set: the first ${number(shown)} of its ${number(FD_SETSIZE)} bits, one for each socket`
    : `fd_set: ${number(shown)} bits, one for each socket`;
}

function recentNote(lengths: readonly number[]): ComponentChild {
  return (
    <>
      Height: calls in a turn, <span class="out">▲</span> sends with <span class="in">▼</span> recvs on top. Line: how
      long it took
      {lengths.length === 0 ? '' : `, ${duration(Math.min(...lengths))} to ${duration(Math.max(...lengths))}`}.
    </>
  );
}
