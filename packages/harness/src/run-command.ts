import { type Command, describeEnd, type ProcessEnd, ProcessGroup, type SpawnOptions } from './process-group.ts';

export interface RunOptions extends SpawnOptions {
  /** Time after which the command's group is killed, in milliseconds. */
  readonly timeoutMs: number;
}

export interface RunResult extends ProcessEnd {
  readonly timedOut: boolean;
  /** stdout and stderr in the order of arrival. */
  readonly output: string;
  readonly elapsedMs: number;
}

/** A command did not end with exit code 0. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly result: RunResult;

  constructor(command: Command, result: RunResult) {
    const end = result.timedOut ? 'it ran out of time' : `it ended with ${describeEnd(result)}`;
    super(`cannot run ${command.join(' ')}: it must exit with 0, ${end}\n${result.output}`.trimEnd());
    this.result = result;
  }
}

/** Runs a command to its end, whatever its exit code, and collects its output; throws if it can't be started. */
export async function runCommand(command: Command, { timeoutMs, ...options }: RunOptions): Promise<RunResult> {
  const startMs = performance.now();
  const group = new ProcessGroup(command, options);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    group.kill();
  }, timeoutMs);
  const end = await group.closed;
  clearTimeout(timer);
  if (end.error !== undefined) throw end.error;
  return { ...end, timedOut, output: group.output, elapsedMs: performance.now() - startMs };
}

/** Runs a command; throws a CommandError with its output when it ends with anything but exit code 0. */
export async function runOrThrow(command: Command, options: RunOptions): Promise<RunResult> {
  const result = await runCommand(command, options);
  if (result.code !== 0 || result.timedOut) throw new CommandError(command, result);
  return result;
}
