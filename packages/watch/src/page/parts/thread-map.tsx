import type { ComponentChild } from 'preact';
import type { QueueBoxes, ThreadBox } from '../../model/index.ts';
import { bars, Canvas, scaled, stripes } from './canvas.tsx';

const SIGNS = { free: '', runs: '●', send: '▲', recv: '▼', unknown: '?' } as const;

interface ThreadMapProps {
  readonly threads: readonly ThreadBox[];
  readonly width: number;
  readonly picked: number | undefined;
  readonly pick: (client: number | undefined, pinned: boolean) => void;
}

/** A box for each thread of a pool, with the client that it serves. */
export function ThreadMap({ threads, width, picked, pick }: ThreadMapProps): ComponentChild {
  const isSmall = threads.length > 64;
  const most = threads.length <= 16 ? 4 : isSmall ? 16 : 8;
  const columns = Math.max(1, Math.min(most, Math.floor(width / scaled(isSmall ? 34 : 58))));
  const across = Math.floor(width / columns);
  const down = scaled(isSmall ? 26 : 40);
  const lines = Math.ceil(threads.length / columns);
  const of = (look: ThreadBox['look']): number => threads.filter((thread) => thread.look === look).length;
  return (
    <Canvas
      class="seats"
      width={columns * across}
      height={lines * down + 2}
      label={`${threads.length} threads: ${of('send')} blocked in send, ${of('recv')} blocked in recv, ${of('runs')} run, ${of('free')} free`}
      onPoint={(x, y, pinned) => {
        pick(threads[Math.floor(y / down) * columns + Math.floor(x / across)]?.client, pinned);
      }}
      draw={(context, colours) => {
        const blocked = bars(context, colours.hatch);
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        context.font = `${scaled(isSmall ? 10 : 13)}px ui-monospace, "DejaVu Sans Mono", monospace`;
        threads.forEach(({ look, text, client }, index) => {
          const x = (index % columns) * across + 1.5;
          const y = Math.floor(index / columns) * down + 1.5;
          const [w, h] = [across - 5, down - 5];
          const isBlocked = look === 'send' || look === 'recv';
          context.beginPath();
          context.roundRect(x, y, w, h, 4);
          context.fillStyle = isBlocked ? blocked : colours.panel;
          context.fill();
          const isPicked = picked !== undefined && client === picked;
          context.lineWidth = isPicked ? 3 : look === 'runs' ? 2.25 : 1.2;
          context.strokeStyle = isPicked || look === 'runs' ? colours.ink : colours.hatch;
          context.setLineDash(look === 'free' ? [3, 3] : []);
          context.stroke();
          context.setLineDash([]);
          if (text === '') return;
          context.fillStyle = colours.panel;
          if (isBlocked) context.fillRect(x + 4, y + h / 2 - scaled(9), w - 8, scaled(18));
          context.fillStyle = colours.ink;
          context.fillText(isSmall ? text : `${SIGNS[look]} ${text}`, x + w / 2, y + h / 2 + 0.5);
        });
      }}
    />
  );
}

interface QueueMapProps {
  readonly queue: QueueBoxes;
  readonly width: number;
  readonly pick: (client: number | undefined, pinned: boolean) => void;
}

/** Clients that wait longer than this are hatched. */
const LONG_US = 5_000_000;
/** More places than this are drawn as a bar. */
const MOST_BOXES = 1024;

/** A box for each place in the queue, the first in line at the top left; below it the backlog as a bar. */
export function QueueMap({ queue, width, pick }: QueueMapProps): ComponentChild {
  const { capacity, waitedUs, clients, backlog } = queue;
  const boxes = Math.min(MOST_BOXES, Math.max(capacity, waitedUs.length));
  const columns = Math.max(1, Math.min(boxes, Math.floor(width / scaled(boxes > 256 ? 8 : 11))));
  const pitch = Math.min(26, width / columns);
  const lines = Math.ceil(boxes / columns);
  const down = scaled(15);
  const height = lines * down + 24;
  const long = waitedUs.filter((us) => us > LONG_US).length;
  return (
    <Canvas
      class="seats"
      width={width}
      height={height}
      label={`${waitedUs.length} of ${capacity} places in the queue are taken, ${long} for more than 5 s; ${backlog.length} in the backlog`}
      onPoint={(x, y, pinned) => {
        const box = Math.floor(y / down) * columns + Math.floor(x / pitch);
        pick(y < lines * down ? clients[box] : undefined, pinned);
      }}
      draw={(context, colours) => {
        const hatched = stripes(context, colours.wait);
        for (let box = 0; box < boxes; box++) {
          const x = (box % columns) * pitch + 1;
          const y = Math.floor(box / columns) * down + 1;
          const waited = waitedUs[box];
          context.lineWidth = 1.1;
          context.strokeStyle = waited === undefined ? colours.line : colours.wait;
          if (waited !== undefined && waited > LONG_US) {
            context.fillStyle = hatched;
            context.fillRect(x, y, pitch - 2.5, down - 3);
          }
          context.strokeRect(x, y, pitch - 2.5, down - 3);
        }
        const share = backlog.maximum === 0 ? 0 : Math.min(1, backlog.length / backlog.maximum);
        context.fillStyle = hatched;
        context.fillRect(1, lines * down + 5, (width - 2) * share, 16);
        context.strokeStyle = backlog.length > 0 ? colours.wait : colours.line;
        context.strokeRect(1, lines * down + 5, width - 2, 16);
      }}
    />
  );
}
