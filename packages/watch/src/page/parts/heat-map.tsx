import { ACTS, type Cell, type State } from '@concurrent-primes/trace';
import type { ComponentChild } from 'preact';
import { number } from '../../model/index.ts';
import { Canvas, type Colours, scaled, stripes } from './canvas.tsx';

/** Steps that are drawn. */
const STEPS = 120;

/**
 * The history of up to 64 clients: a line for each, a column for each of the last steps. With more clients, columns know
 * no single ones.
 */
export function HeatMap({ state, width }: { readonly state: State; readonly width: number }): ComponentChild {
  const columns = state.history.slice(-STEPS);
  const clients = [...state.clients.values()].filter(({ place }) => place !== 'gone').map(({ ordinal }) => ordinal);
  const across = width / STEPS;
  const down = Math.max(3, Math.min(scaled(9), Math.floor(scaled(300) / Math.max(1, clients.length))));
  return (
    <Canvas
      late
      width={width}
      height={clients.length * down + 2}
      label={`The calls of ${number(clients.length)} clients in the last ${number(columns.length)} steps`}
      draw={(context, colours) => {
        const hatched = stripes(context, colours.wait);
        clients.forEach((client, line) => {
          columns.forEach(({ cells }, index) => {
            const style = styleOf(cells?.get(client), colours, hatched);
            if (style === undefined) return;
            context.fillStyle = style;
            const isLine = style === colours.hatch;
            context.fillRect(
              index * across,
              line * down + (isLine ? down / 2 : 1),
              across - 0.5,
              isLine ? 1 : down - 1,
            );
          });
        });
      }}
    />
  );
}

function styleOf(
  cell: Cell | undefined,
  colours: Colours,
  hatched: CanvasPattern | string,
): CanvasPattern | string | undefined {
  if (cell === undefined) return undefined;
  if ((cell.acts & ACTS.send) !== 0) return colours.out;
  if ((cell.acts & (ACTS.recv | ACTS.accept)) !== 0) return colours.in;
  if (cell.waiting === 'another') return hatched;
  if (cell.band !== 'none') return colours.sent;
  return cell.waiting === 'itself' ? colours.hatch : undefined;
}
