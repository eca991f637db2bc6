/** What a figure was taken on: without it, it is no figure. */
import { execFileSync } from 'node:child_process';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Machine, operating system, runtime and code. */
export interface Environment {
  /** The processor's own name. */
  readonly cpu: string;
  readonly cores: number;
  /** How many processes wanted a core in the minute before, on average: 0 on a machine that has nothing else to do. */
  readonly loadBefore: number;
  readonly memoryBytes: number;
  readonly arch: string;
  /** The kernel and its release. */
  readonly os: string;
  readonly node: string;
  readonly v8: string;
  /** The commit, with `+` if the work tree differs from it; `unknown` outside of a repository. */
  readonly commit: string;
  /** The flags of Node, which the programs inherit. */
  readonly flags: readonly string[];
}

/** Looks around; to be called before the measuring, which is a load itself. */
export function readEnvironment(): Environment {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    loadBefore: loadavg()[0]!,
    memoryBytes: totalmem(),
    arch: arch(),
    os: `${type()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    commit: commit(),
    flags: [...process.execArgv, ...(process.env['NODE_OPTIONS']?.split(/\s+/).filter(Boolean) ?? [])],
  };
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short', 'HEAD').trim() + (isChanged ? '+' : '');
  } catch {
    // No git, or no repository: the package may have been copied.
    return 'unknown';
  }
}
