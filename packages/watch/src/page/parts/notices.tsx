import type { State } from '@concurrent-primes/trace';
import type { ComponentChild } from 'preact';
import { count, duration, number } from '../../model/index.ts';
import type { Watcher } from '../../viewer/watcher.ts';

/** A gate that is held longer than this is worth a word. */
const LONG_HELD_US = 30_000_000;

/** What the reader must know to trust the picture: lost events, a wrong fold, a slow page, a lost connection. */
export function Notices({ watcher, state }: { readonly watcher: Watcher; readonly state: State }): ComponentChild {
  const head = watcher.recording!.state;
  const { mismatchCount, mismatches } = head;
  const first = mismatches[0];
  const unknown = [...state.clients.values()].filter(({ known, place }) => !known && place !== 'gone').length;
  const heldUs = watcher.isLive && watcher.pace === 'held' ? head.realUs - head.gate.sinceRealUs : 0;
  return (
    <>
      {mismatchCount > 0 && (
        <p class="notice" role="alert">
          <span>
            <b>This picture may be wrong.</b> The server’s own description differs from what its events say,{' '}
            {count(mismatchCount, 'time')}.
            {first !== undefined &&
              ` First: s${first.client}, ${first.field}: ${first.folded} here, ${first.reported} there.`}{' '}
            Please report it.
          </span>
        </p>
      )}
      {watcher.failure !== '' && (
        <p class="notice" role="alert">
          <span>
            <b>The recording can’t be read further.</b> {watcher.failure}
          </span>
        </p>
      )}
      {watcher.isLive && !watcher.connected && (
        <p class="notice" role="alert">
          <span>
            <b>The connection to the server is lost.</b> This is the last that was seen. You can still go back.
          </span>
        </p>
      )}
      {unknown > 0 && (
        <p class="notice mild">
          <span>
            Events were lost: what {count(unknown, 'client')} {unknown === 1 ? 'does' : 'do'} is unknown until the
            server’s next snapshot.
          </span>
        </p>
      )}
      {watcher.isLive && watcher.pace === 'free' && head.history.some(({ kind }) => kind === 'left-out') && (
        <p class="notice mild">
          <span>
            At this speed the page shows samples, one a second: … in the history stands for what is left out. Hold or
            slow the server to see every call.
          </span>
        </p>
      )}
      {watcher.dropped > 0 && (
        <p class="notice mild">
          <span>
            This page is slow: {count(watcher.dropped, 'message')} of the server{' '}
            {watcher.dropped === 1 ? 'was' : 'were'} dropped. The history has gaps, the newest state is right.
          </span>
          <button
            type="button"
            class="text-button"
            onClick={() => {
              watcher.forgetDropped();
            }}
          >
            Understood
          </button>
        </p>
      )}
      {heldUs > LONG_HELD_US && (
        <p class="notice mild">
          <span>
            The server has been held for {duration(heldUs)}. Its time limits stand still, but clients don’t know: bytes
            pile up in the kernel.
            {watcher.hello !== undefined &&
              ` If this page is closed, it goes on after ${number(watcher.hello.releaseAfterMs / 1000)} s.`}
          </span>
        </p>
      )}
    </>
  );
}
