/**
 * Runs a command in place of this process: same terminal, same output, same end.
 *
 * The child stays in this process's group, so the terminal delivers Ctrl-C to both: this process only has to survive it
 * until the child ends. A signal that is sent to this process alone, such as a supervisor's SIGTERM, is passed on. This
 * process can't see whether a signal was sent to the whole group. Then the child gets it twice, and has to bear that.
 */
import { spawn } from 'node:child_process';

/**
 * Runs a command in the foreground, then ends this process in the same way: with its exit code, or by its signal.
 *
 * @param command - program, looked up on PATH
 * @param args - its arguments; no shell is involved
 * @param cwd - its working directory
 * @throws Error of `spawn` when the program can't be started
 */
export async function becomeCommand(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', cwd });
  const survive = (): void => undefined;
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGINT', survive);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
    },
  );
  process.off('SIGINT', survive);
  process.off('SIGTERM', forward);
  process.off('SIGHUP', forward);
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}
