/**
 * The processes that this one has started, and that would outlive it: a server goes on serving when whoever started it
 * is gone. So they are killed when this process exits, for whatever reason it can still hear of.
 */
import { type ChildProcess, spawn } from 'node:child_process';

const living = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/**
 * Starts a program whose output is read, and that has no input.
 *
 * @param limitMs - after which it is killed; default: never
 */
export function spawnChild(program: string, args: readonly string[], limitMs?: number): ChildProcess {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    ...(limitMs !== undefined && { timeout: limitMs }),
  });
  living.add(child);
  child.once('exit', () => living.delete(child)).once('error', () => living.delete(child));
  return child;
}
