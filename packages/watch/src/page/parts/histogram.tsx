import type { ComponentChild } from 'preact';
import type { Bin } from '../../model/index.ts';
import { number } from '../../model/index.ts';
import { Canvas, scaled, stripes } from './canvas.tsx';

/** How many clients are in each bin: filled served, outlined waits for itself, hatched waits for another client. */
export function Histogram({
  bins,
  unit,
  width,
}: {
  readonly bins: readonly Bin[];
  readonly unit: string;
  readonly width: number;
}): ComponentChild {
  const height = scaled(168);
  const base = scaled(130);
  const line = scaled(17);
  const totals = bins.map(({ served, itself, another }) => served + itself + another);
  const most = Math.max(1, ...totals);
  const step = width / bins.length;
  return (
    <Canvas
      late
      width={width}
      height={height}
      label={`Histogram of clients by ${unit}: ${bins.map(({ label }, index) => `${label}: ${totals[index]!}`).join(', ')}`}
      draw={(context, colours) => {
        const hatched = stripes(context, colours.wait);
        context.font = `${Math.min(scaled(13), Math.max(10, step / 4.6))}px system-ui, sans-serif`;
        context.textAlign = 'center';
        bins.forEach(({ label, ...parts }, index) => {
          const x = index * step + 4;
          let y = base;
          for (const [count, style, edge] of [
            [parts.served, colours.ink, colours.ink],
            [parts.itself, colours.panel, colours.hatch],
            [parts.another, hatched, colours.wait],
          ] as const) {
            if (count === 0) continue;
            const bar = Math.max(2, ((base - 22) * count) / most);
            y -= bar;
            context.fillStyle = style;
            context.strokeStyle = edge;
            context.lineWidth = 1.25;
            context.fillRect(x, y, step - 8, bar);
            context.strokeRect(x, y, step - 8, bar);
          }
          context.fillStyle = colours.soft;
          context.fillText(number(totals[index]!), x + step / 2 - 4, y - 5);
          context.fillText(label, x + step / 2 - 4, base + line);
        });
        context.strokeStyle = colours.hatch;
        context.lineWidth = 1;
        context.beginPath();
        context.moveTo(0, base + 0.5);
        context.lineTo(width, base + 0.5);
        context.stroke();
        context.textAlign = 'left';
        context.fillText(unit, 4, base + 2 * line);
      }}
    />
  );
}
