import type { Column } from '@concurrent-primes/trace';
import type { ComponentChild } from 'preact';
import { duration } from '../../model/index.ts';
import { Canvas, scaled } from './canvas.tsx';

/** The last turns: bars are the calls of each turn, the line is how long it took. */
export function RecentSteps({
  columns,
  width,
}: {
  readonly columns: readonly Column[];
  readonly width: number;
}): ComponentChild {
  const calls = columns.map(({ sends, recvs }) => sends + recvs);
  const lengths = columns.flatMap(({ durationUs }) => (durationUs === undefined ? [] : [durationUs]));
  const most = Math.max(1, ...calls);
  const longest = Math.max(1, ...lengths);
  const step = width / 120;
  const height = scaled(140);
  const bars = scaled(100);
  const span = lengths.length === 0 ? '' : `, ${duration(Math.min(...lengths))} to ${duration(longest)} each`;
  return (
    <Canvas
      late
      width={width}
      height={height}
      label={`The last ${columns.length} turns: up to ${most} calls${span}`}
      draw={(context, colours) => {
        columns.forEach(({ sends, recvs }, index) => {
          const x = index * step;
          const sent = (bars * sends) / most;
          const received = (bars * recvs) / most;
          context.fillStyle = colours.out;
          context.fillRect(x, bars - sent, step * 0.8, sent);
          context.fillStyle = colours.in;
          context.fillRect(x, bars - sent - received, step * 0.8, received);
        });
        context.strokeStyle = colours.ink;
        context.lineWidth = 1.75;
        context.beginPath();
        columns.forEach(({ durationUs }, index) => {
          if (durationUs === undefined) return;
          context.lineTo((index + 0.4) * step, height - 2 - (32 * durationUs) / longest);
        });
        context.stroke();
      }}
    />
  );
}
