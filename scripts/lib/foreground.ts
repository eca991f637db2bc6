/**
 * Runs a command as if this process were not there: same terminal, same output, same end.
 *
 * The child stays in this process's group, so the terminal itself delivers Ctrl-C to both: this process only has to
 * survive it until the child is done. A signal that somebody sends to this process alone (SIGTERM of a supervisor) is
 * passed on. Whether it went to the whole group can't be seen: then the child gets it twice, and has to bear it.
 */
import { spawn } from 'node:child_process';

/**
 * Runs a command in the foreground, then ends this process as the command ended: with its exit code, or by its signal.
 *
 * @param command - Program, looked up on PATH.
 * @param args - Its arguments; no shell is between.
 * @param cwd - Its working directory.
 * @throws Error of `spawn` when the program can't be started.
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
