/** What figures were taken on: without it, they are none. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Machine, operating system, runtime and code. */
export interface Environment {
  /** The processor's own name. */
  readonly cpu: string;
  /** Processors that server and client share. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** How many processes wanted a core in the minute before, on average. */
  readonly loadBefore: number;
  readonly os: string;
  readonly node: string;
  /** Version of this package. */
  readonly lab: string;
  /** The commit of the code, with `+` if files differ from it; undefined outside of a repository. */
  readonly commit?: string;
}

/** Looks around; to be called before the measuring, which is a load itself. */
export function readEnvironment(): Environment {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const commit = readCommit();
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    loadBefore: loadavg()[0]!,
    os: `${type()} ${release()}`,
    node: process.versions.node,
    lab: version,
    ...(commit !== undefined && { commit }),
  };
}

function readCommit(): string | undefined {
  try {
    const text = execFileSync('git', ['describe', '--always', '--exclude=*', '--dirty=+'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim();
  } catch {
    // No git, or no repository: the package may have been installed.
    return undefined;
  }
}
