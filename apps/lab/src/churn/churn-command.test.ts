import { TextSink } from '@concurrent-primes/fixtures';
import { createProgram, EXIT_USAGE, runProgram } from '@concurrent-primes/harness/terminal';
import { ARCHITECTURES } from '@concurrent-primes/server/architectures';
import { describe, expect, it } from 'vitest';
import { MADE_UP } from '../testing/made-up-architecture.ts';
import { NEVER } from '../testing/check-server.ts';
import { addChurnCommand } from './churn-command.ts';

async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const code = await runProgram({ stdout, stderr, env: {}, interrupt: NEVER }, async (console) => {
    const program = createProgram('lab', console);
    addChurnCommand(program, { ...console, finish: () => undefined }, { ...ARCHITECTURES, madeUp: MADE_UP });
    await program.parseAsync(['churn', ...args], { from: 'user' });
    return 0;
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('addChurnCommand()', () => {
  it('lists all servers of the registry and all kinds of clients in its help', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /some of select, poll, epoll, .*ring, separated by commas \(default: all\)/,
    );
    expect(stdout).toMatch(/^ {2}80 % {2}good: a few primes$/m);
  });

  it.each([
    [
      ['--connections', '999'],
      'error: cannot use --connections <n>: it must be a whole number from 1000 to 1000000000, got 999\n',
    ],
    [
      ['--servers', 'epoll,nginx'],
      /^error: cannot use --servers <names>: it must be some of select, .*, got epoll,nginx\n$/,
    ],
  ])('says what is wrong with %j', async (args, text) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(EXIT_USAGE);
    expect(stderr).toMatch(text);
  });
});
