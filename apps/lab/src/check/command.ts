/** The command line of `lab check`. */
import type { Command } from 'commander';
import type { CommandSurroundings } from '../surroundings.ts';

/**
 * Adds the subcommand.
 *
 * @param program - which it becomes a part of
 * @param surroundings - of the process
 */
export function addCheckCommand(program: Command, { finish }: CommandSurroundings): void {
  program.command('check').action(() => {
    finish(0);
  });
}
