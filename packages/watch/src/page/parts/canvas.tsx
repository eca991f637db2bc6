import type { ComponentChild } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** The colours of the theme, for drawing. */
export interface Colours {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly faint: string;
  readonly panel: string;
  readonly in: string;
  readonly out: string;
  readonly wait: string;
  readonly sent: string;
  readonly hatch: string;
}

const NAMES = ['ink', 'soft', 'line', 'faint', 'panel', 'in', 'out', 'wait', 'sent', 'hatch'] as const;

let known: { readonly theme: string | undefined; readonly colours: Colours } | undefined;

function coloursNow(): Colours {
  const { theme } = document.documentElement.dataset;
  if (known?.theme !== theme || known === undefined) {
    const style = getComputedStyle(document.documentElement);
    const entries = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()] as const);
    known = { theme, colours: Object.fromEntries(entries) as unknown as Colours };
  }
  return known.colours;
}

/** A size in CSS pixels that grows with the page's font, as on a projector. */
export function scaled(pixels: number): number {
  return Math.round((pixels * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)) / 16);
}

interface CanvasProps {
  /** Size in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** What it shows, in words. */
  readonly label: string;
  readonly class?: string;
  /** Drawn one frame later, so that no frame draws everything. */
  readonly late?: boolean;
  readonly draw: (context: CanvasRenderingContext2D, colours: Colours) => void;
  readonly onPoint?: (x: number, y: number, pinned: boolean) => void;
}

/** A drawing as sharp as the screen, drawn again with each render. */
export function Canvas({
  width,
  height,
  label,
  class: classes,
  late = false,
  draw,
  onPoint,
}: CanvasProps): ComponentChild {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const drawNow = (): void => {
      const canvas = ref.current;
      const context = canvas?.getContext('2d');
      if (canvas === null || context === null || context === undefined) return;
      const ratio = Math.min(3, devicePixelRatio);
      const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
        canvas.width = pixelWidth;
        canvas.height = pixelHeight;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      draw(context, coloursNow());
    };
    if (!late) {
      drawNow();
      return undefined;
    }
    const frame = requestAnimationFrame(drawNow);
    return () => {
      cancelAnimationFrame(frame);
    };
  });
  const point = (event: MouseEvent, pinned: boolean): void => {
    const canvas = ref.current!;
    // The style may make it narrower than it was drawn.
    const scale = width / canvas.clientWidth;
    onPoint?.(event.offsetX * scale, event.offsetY * scale, pinned);
  };
  return (
    <canvas
      ref={ref}
      class={classes}
      role="img"
      aria-label={label}
      style={{ width: `${width}px`, height: 'auto', aspectRatio: `${width} / ${height}` }}
      onMouseMove={
        onPoint === undefined
          ? undefined
          : (event) => {
              point(event, false);
            }
      }
      onClick={
        onPoint === undefined
          ? undefined
          : (event) => {
              point(event, true);
            }
      }
    />
  );
}

/** Diagonal stripes: waits for another client. */
export function stripes(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  return patternOf(context, colour, 6, (tile) => {
    tile.lineWidth = 2;
    tile.beginPath();
    for (const shift of [-6, 0, 6]) {
      tile.moveTo(shift, 6);
      tile.lineTo(shift + 6, 0);
    }
    tile.stroke();
  });
}

/** Vertical stripes: blocks a thread. */
export function bars(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  return patternOf(context, colour, 5, (tile) => {
    tile.fillRect(0, 0, 1.5, 5);
  });
}

function patternOf(
  context: CanvasRenderingContext2D,
  colour: string,
  size: number,
  draw: (tile: CanvasRenderingContext2D) => void,
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const inside = tile.getContext('2d');
  if (inside === null) return colour;
  inside.fillStyle = colour;
  inside.strokeStyle = colour;
  draw(inside);
  return context.createPattern(tile, 'repeat') ?? colour;
}
