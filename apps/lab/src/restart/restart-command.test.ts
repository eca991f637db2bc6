import { TextSink } from '@concurrent-primes/fixtures';
import { createProgram, EXIT_FAILED, EXIT_OK, EXIT_USAGE, runProgram } from '@concurrent-primes/harness/terminal';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../testing/check-server.ts';
import { addRestartCommand } from './restart-command.ts';
import type { RestartWay } from './restart-way.ts';
import { RESTART_WAYS } from './restart-ways.ts';

async function run(
  args: readonly string[],
  ways: Readonly<Record<string, RestartWay>> = RESTART_WAYS,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  let exitCode = EXIT_OK;
  const code = await runProgram({ stdout, stderr, env: {}, interrupt: NEVER }, async (console) => {
    const program = createProgram('lab', console);
    const finish = (finished: number): void => {
      exitCode = finished;
    };
    addRestartCommand(program, { ...console, finish }, ways);
    await program.parseAsync(['restart', ...args], { from: 'user' });
    return exitCode;
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('addRestartCommand()', () => {
  it('lists all ways in its help', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(EXIT_OK);
    for (const [name, { title }] of Object.entries(RESTART_WAYS)) expect(stdout).toMatch(RegExp(`${name} +${title}`));
  });

  it.each([
    [['upside-down'], /^error: cannot use ways: it must be one of none, .*, got upside-down\n$/],
    [['--restarts', '0'], 'error: cannot use --restarts <n>: it must be a whole number from 1 to 1000, got 0\n'],
    [['--server', 'nginx'], /^error: .*nginx/],
  ])('says what is wrong with %j', async (args, text) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(EXIT_USAGE);
    expect(stderr).toMatch(text);
  });
});

describe.skipIf(process.platform !== 'linux')('lab restart', () => {
  it('shows what clients saw, and fails when a way breaks its promise', async () => {
    const { 'stop-start': lossy } = RESTART_WAYS;
    const args = ['--connections', 'new', '--restarts', '1', '--rate', '200'];
    const honest = await run(['stop-start', ...args], { 'stop-start': lossy! });
    expect(honest.stdout).toMatch(
      /^epoll, 200 requests\/s, 1 restarts in each run\n\nway .*\nstop-start {2}new +\d+ +\d+ /,
    );
    expect(honest.stdout).toContain('connect-refused');
    expect(honest.code).toBe(EXIT_OK);
    const broken = await run(['stop-start', ...args], { 'stop-start': { ...lossy!, isLossless: true } });
    expect(broken.code).toBe(EXIT_FAILED);
  });

  it('skips a way that this machine lacks, with the reason', async () => {
    const missing: RestartWay = { ...RESTART_WAYS['none']!, missing: () => Promise.resolve('there is no such thing') };
    const { code, stderr } = await run(['none'], { none: missing });
    expect(stderr).toContain('skipped none: there is no such thing\n');
    expect(code).toBe(EXIT_OK);
  });
});
