import type { ComponentChild } from 'preact';
import { SEAT, type Seats } from '../../model/index.ts';
import { Canvas, type Colours, stripes } from './canvas.tsx';

interface SeatMapProps {
  readonly seats: Seats;
  readonly width: number;
  readonly picked: number | undefined;
  readonly pick: (client: number | undefined, pinned: boolean) => void;
}

const OTHER_HEIGHT = 500;
const LEAST_PITCH = 10;
const MOST_PITCH = 26;
const LOOKS = Object.keys(SEAT).length;

/** One seat for each socket: ▼ recv, ▲ send, – not ready, stripes: waits for another client. */
export function SeatMap({ seats, width, picked, pick }: SeatMapProps): ComponentChild {
  const { looks, clients, columns } = seats;
  const lines = looks.length / columns;
  // The whole set, the machine above it and a few rows below fit on a screen.
  const forHeight = Math.floor((innerHeight - OTHER_HEIGHT) / lines);
  const pitch = Math.max(LEAST_PITCH, Math.min(MOST_PITCH, forHeight, Math.floor(width / columns)));
  const counted = countOf(looks);
  return (
    <Canvas
      class="seats"
      width={columns * pitch + 2}
      height={lines * pitch + 2}
      label={`${counted.recv} receive, ${counted.send} send, ${counted.idle} aren’t ready, ${counted.another} wait for another client`}
      draw={(context, colours) => {
        drawSeats(context, colours, seats, pitch, picked);
      }}
      onPoint={(x, y, pinned) => {
        const seat = Math.floor((y - 1) / pitch) * columns + Math.floor((x - 1) / pitch);
        const client = clients[seat];
        pick(client === undefined || client === 0 ? undefined : client, pinned);
      }}
    />
  );
}

function countOf(looks: Uint8Array): { recv: number; send: number; idle: number; another: number } {
  const of = (look: number): number => looks.reduce((sum, one) => sum + (one === look ? 1 : 0), 0);
  return { recv: of(SEAT.recv), send: of(SEAT.send), idle: of(SEAT.idle), another: of(SEAT.another) };
}

/** One drawing of each look, in a row: stamping them is ten times as fast as filling the outlines of 1,024 seats. */
interface Stamps {
  readonly canvas: HTMLCanvasElement;
  readonly key: string;
}

let stamps: Stamps | undefined;

function stampsFor(colours: Colours, pitch: number, ratio: number): HTMLCanvasElement {
  const key = `${pitch} ${ratio} ${colours.ink}`;
  if (stamps?.key === key) return stamps.canvas;
  const canvas = document.createElement('canvas');
  canvas.width = LOOKS * pitch * ratio;
  canvas.height = pitch * ratio;
  stamps = { canvas, key };
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  context.scale(ratio, ratio);
  for (let look = 0; look < LOOKS; look++) {
    drawLook(context, colours, look, pitch);
    context.translate(pitch, 0);
  }
  return canvas;
}

function drawLook(context: CanvasRenderingContext2D, colours: Colours, look: number, pitch: number): void {
  const size = pitch * 0.7;
  const edge = (pitch - size) / 2;
  const middle = pitch / 2;
  context.lineWidth = 1.25;
  context.beginPath();
  switch (look) {
    case SEAT.free:
      context.fillStyle = colours.hatch;
      context.fillRect(middle - 0.75, middle - 0.75, 1.5, 1.5);
      break;
    case SEAT.idle:
      context.fillStyle = colours.hatch;
      context.fillRect(edge + 1, middle - 1.25, size - 2, 2.5);
      break;
    case SEAT.recv:
      context.moveTo(edge, edge + 0.5);
      context.lineTo(edge + size, edge + 0.5);
      context.lineTo(middle, edge + size);
      context.fillStyle = colours.in;
      context.fill();
      break;
    case SEAT.send:
    case SEAT.due:
      context.moveTo(edge, edge + size - 0.5);
      context.lineTo(edge + size, edge + size - 0.5);
      context.lineTo(middle, edge);
      context.closePath();
      context.fillStyle = colours.out;
      context.strokeStyle = colours.ink;
      if (look === SEAT.send) context.fill();
      else context.stroke();
      break;
    case SEAT.work:
      context.arc(middle, middle, size / 2.4, 0, 7);
      context.fillStyle = colours.ink;
      context.fill();
      break;
    case SEAT.another:
      context.fillStyle = stripes(context, colours.wait);
      context.fillRect(1, 1, pitch - 2, pitch - 2);
      context.strokeStyle = colours.wait;
      context.strokeRect(1.5, 1.5, pitch - 3, pitch - 3);
      break;
    case SEAT.unknown:
      context.strokeStyle = colours.hatch;
      context.setLineDash([1, 2]);
      context.strokeRect(edge, edge, size, size);
      context.setLineDash([]);
  }
}

function drawSeats(
  context: CanvasRenderingContext2D,
  colours: Colours,
  { looks, clients, columns, oldest }: Seats,
  pitch: number,
  picked: number | undefined,
): void {
  const ratio = Math.min(3, devicePixelRatio);
  const drawn = stampsFor(colours, pitch, ratio);
  const source = pitch * ratio;
  looks.forEach((look, seat) => {
    const x = 1 + (seat % columns) * pitch;
    const y = 1 + Math.floor(seat / columns) * pitch;
    context.drawImage(drawn, look * source, 0, source, source, x, y, pitch, pitch);
  });
  context.strokeStyle = colours.ink;
  const frame = (seat: number, width: number): void => {
    context.lineWidth = width;
    context.strokeRect(
      1 + (seat % columns) * pitch + width / 2,
      1 + Math.floor(seat / columns) * pitch + width / 2,
      pitch - width,
      pitch - width,
    );
  };
  for (const seat of oldest) frame(seat, 1.5);
  const mine = picked === undefined ? -1 : clients.indexOf(picked);
  if (mine >= 0) frame(mine, 3);
}
