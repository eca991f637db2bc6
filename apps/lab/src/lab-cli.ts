/** The program without its process: arguments in, text and an exit code out. Each subcommand has a folder of its own. */
import { type Console, createProgram, EXIT_FAILED, EXIT_OK, runProgram } from '@concurrent-primes/harness/terminal';
import { addCheckCommand } from './check/check-command.ts';
import { addChurnCommand } from './churn/churn-command.ts';
import { addCompareCommand } from './compare/compare-command.ts';
import { addFaultsCommand } from './faults/faults-command.ts';
import { addLessonCommand } from './lesson/lesson-command.ts';
import { addReplayCommand } from './replay/replay-command.ts';
import { addRestartCommand } from './restart/restart-command.ts';
import { addWatchCommand } from './watch/watch-command.ts';

/** @returns the exit code */
export async function runCli(args: readonly string[], console: Console): Promise<number> {
  const work = async (running: Console): Promise<number> => {
    let exitCode = EXIT_OK;
    const lab = {
      ...running,
      finish: (code: number) => {
        exitCode = code;
      },
    };
    const program = createProgram('concurrent-primes-lab', running).description(
      'Shows prime servers at work, compares them, checks any prime server, and stresses and restarts ours.',
    );
    addWatchCommand(program, lab);
    addReplayCommand(program, lab);
    addLessonCommand(program, lab);
    addCompareCommand(program, lab);
    addCheckCommand(program, lab);
    addChurnCommand(program, lab);
    addFaultsCommand(program, lab);
    addRestartCommand(program, lab);
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  };
  // A report that was not read to its end is not a success.
  return runProgram(console, work, { readerLeft: EXIT_FAILED });
}
