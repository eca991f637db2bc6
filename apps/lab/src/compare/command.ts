/** The command line of `lab compare`. */
import type { Command } from 'commander';
import type { CommandSurroundings } from '../surroundings.ts';

/**
 * Adds the subcommand.
 *
 * @param program - which it becomes a part of
 * @param surroundings - of the process
 */
export function addCompareCommand(program: Command, { finish }: CommandSurroundings): void {
  program.command('compare').action(() => {
    finish(0);
  });
}
