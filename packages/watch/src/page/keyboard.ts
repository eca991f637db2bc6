/** Keys: arrows step, shift and an arrow makes one call, space holds and runs. */

/** What keys do. */
export interface KeyActions {
  readonly forward: () => void;
  readonly back: () => void;
  readonly oneCall: () => void;
  readonly run: () => void;
}

/** Elements that use arrows or space themselves. */
const OWN_KEYS = 'input, select, textarea, [role=region][tabindex]';

/** Listens for keys on the whole page. */
export function listenForKeys(actions: KeyActions): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(OWN_KEYS) !== null) return;
    // Space presses a focused button or opens a panel; it must not do two things.
    if (event.key === ' ' && target.closest('button, summary, a') !== null) return;
    const act = {
      ArrowRight: event.shiftKey ? actions.oneCall : actions.forward,
      ArrowLeft: actions.back,
      ' ': actions.run,
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}
