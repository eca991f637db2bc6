/**
 * The program without its process: arguments in, text and an exit code out.
 *
 * Results go to stdout, everything else to stderr, so that stdout can be piped; who can't be heard any more (`| head`)
 * stops. What is said is read by the subcommands, each in a folder of its own; here is only what they share.
 */
import { Command, CommanderError } from 'commander';
import { addCheckCommand } from './check/command.ts';
import { addCompareCommand } from './compare/command.ts';
import { EXIT_FAILED, EXIT_GOOD, EXIT_USAGE } from './exit-codes.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Runs the program.
 *
 * @param args - what stands behind the program's name
 * @param surroundings - see {@link Surroundings}
 * @returns the exit code
 */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const output = watchOutput(surroundings);
  let exitCode = EXIT_GOOD;
  // Subcommands take over what is configured here, so this stands before they are added.
  const program = new Command('concurrent-primes-lab')
    .description("Compares prime servers with each other, and checks anyone's.")
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    })
    .exitOverride();
  const commandSurroundings = {
    ...surroundings,
    interrupt: AbortSignal.any([surroundings.interrupt, output]),
    finish: (code: number) => {
      exitCode = code;
    },
  };
  addCompareCommand(program, commandSurroundings);
  addCheckCommand(program, commandSurroundings);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_GOOD : EXIT_USAGE;
    throw error;
  }
  if (output.aborted && !surroundings.interrupt.aborted) return EXIT_FAILED;
  return exitCode;
}

/** Aborts when nothing more can be written to stdout, and says why on stderr unless its reader has just left. */
function watchOutput({ stdout, stderr }: Surroundings): AbortSignal {
  const output = new AbortController();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (output.signal.aborted) return;
    output.abort(error);
    if (error.code !== 'EPIPE') stderr.write(`concurrent-primes-lab: cannot write to stdout: ${error.message}\n`);
  });
  return output.signal;
}
