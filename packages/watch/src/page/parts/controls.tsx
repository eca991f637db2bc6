import type { ComponentChild } from 'preact';

/** What the buttons say and do. */
export interface ControlsProps {
  /** A turn of a loop, or a call of a pool. */
  readonly unit: 'turn' | 'step';
  readonly canGoBack: boolean;
  readonly canStep: boolean;
  readonly canCall: boolean;
  /** Whether time passes: the server runs, or the recording plays. */
  readonly running: 'no' | 'slow' | 'free';
  readonly canRun: boolean;
  readonly runText: string;
  /** The first step that can be gone back to. */
  readonly first: number;
  readonly step: number;
  readonly steps: number;
  readonly where: string;
  readonly goToStep: (step: number) => void;
  readonly back: () => void;
  readonly forward: () => void;
  readonly oneCall: () => void;
  readonly slow: () => void;
  readonly run: () => void;
}

/** Back, step, one call, slow, run, and the position. */
export function Controls(props: ControlsProps): ComponentChild {
  const { unit, running, first, step, steps, where } = props;
  return (
    <div class="controls" role="group" aria-label="Time">
      <button
        type="button"
        class="button"
        aria-keyshortcuts="ArrowLeft"
        disabled={!props.canGoBack}
        onClick={props.back}
      >
        Back<kbd>←</kbd>
      </button>
      <button
        type="button"
        class={running === 'free' ? 'button' : 'button main'}
        aria-keyshortcuts="ArrowRight"
        disabled={!props.canStep}
        onClick={props.forward}
      >
        Step<kbd>→</kbd>
      </button>
      <button
        type="button"
        class="button"
        aria-keyshortcuts="Shift+ArrowRight"
        disabled={!props.canCall}
        onClick={props.oneCall}
        title="Stops inside a turn, after the next call"
      >
        One call<kbd>shift →</kbd>
      </button>
      <button
        type="button"
        class="button slow"
        aria-pressed={running === 'slow'}
        disabled={!props.canRun}
        onClick={props.slow}
      >
        2 a second
      </button>
      <button
        type="button"
        class={running === 'free' ? 'button main' : 'button'}
        aria-keyshortcuts="Space"
        disabled={!props.canRun}
        onClick={props.run}
      >
        {props.runText}
        <kbd>space</kbd>
      </button>
      <input
        type="range"
        min={Math.min(first, steps)}
        max={Math.max(first, steps)}
        value={step}
        disabled={steps <= first}
        aria-label="Position in the recording"
        aria-valuetext={`${unit} ${step} of ${steps}`}
        onInput={(event) => {
          props.goToStep(Number(event.currentTarget.value));
        }}
      />
      <output>{where}</output>
    </div>
  );
}
