/**
 * Letting everything else that is ready run once: timers, I/O, input.
 *
 * A resolved promise doesn't do that (its reactions run before anything else), and a timer of 0 ms waits for 1 ms in
 * Node and 4 ms in browsers. `setImmediate` is made for it; browsers have a message to oneself instead.
 */

/** Resolves in a later turn of the event loop. */
export function eventLoopTurn(): Promise<void> {
  const immediate = globalThis.setImmediate as typeof setImmediate | undefined;
  return new Promise((resolve) => {
    if (immediate !== undefined) {
      immediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    // Node's type has no such property; but Node doesn't come here.
    (port1 as { onmessage?: () => void }).onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
