/** The machine, system, runtime and code of a measurement: a number without them means nothing. */
import { execFileSync } from 'node:child_process';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Load average of the minute before: 0 on a machine that has nothing else to do. */
  readonly loadBefore: number;
  readonly arch: string;
  /** The kernel and its release. */
  readonly os: string;
  readonly node: string;
  readonly v8: string;
  /** The commit of the code, with `+` if files differ from it; undefined outside of a repository. */
  readonly commit: string | undefined;
  /** The flags of Node, which child processes inherit. */
  readonly flags: readonly string[];
}

/** Reads the environment, with the commit of a folder. Call it before the measurement, which is a load itself. */
export function readEnvironment(folder: string): Environment {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    loadBefore: loadavg()[0]!,
    arch: arch(),
    os: `${type()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    commit: readCommit(folder),
    flags: [...process.execArgv, ...(process.env['NODE_OPTIONS']?.split(/\s+/).filter(Boolean) ?? [])],
  };
}

function readCommit(cwd: string): string | undefined {
  try {
    const args = ['describe', '--always', '--exclude=*', '--dirty=+'];
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // No git, or no repository: the package may have been installed.
    return undefined;
  }
}
