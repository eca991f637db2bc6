/**
 * The peers that aren't npm packages: the program `primesieve`, small C++ programs around its library, servers in C++ and
 * Python; and the load client for all servers.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The same from the sources and from dist. */
const SOURCES = fileURLToPath(new URL('../peers', import.meta.url));

/** The path of a program, or why there is none. */
export type Built = { readonly path: string } | { readonly missing: string };

/** The peers that this machine has. */
export interface Peers {
  /** The program of Debian's package `primesieve` and others. */
  readonly primesieve: Built;
  readonly int32be: Built;
  readonly count: Built;
  /** A queue between two threads. */
  readonly handOver: Built;
  /** The load client. */
  readonly load: Built;
  /** One thread with epoll. */
  readonly epollServer: Built;
  /** A thread for each client. */
  readonly pthreadServer: Built;
  /** Streams zeros. */
  readonly zeroServer: Built;
  /** Runs `peers/select_server.py` and `peers/pool_server.py`. */
  readonly python: Built;
  readonly versions: Readonly<Record<string, string>>;
  /** Removes the built programs. */
  readonly close: () => void;
}

/**
 * Builds the peers that this machine can build, in a temporary folder.
 *
 * @param environment - environment with `PATH`, and optionally `CXX`, a compiler other than `c++`
 */
export async function buildPeers(environment: NodeJS.ProcessEnv = process.env): Promise<Peers> {
  const folder = mkdtempSync(join(tmpdir(), 'concurrent-primes-bench-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  // A run that is ended by a signal doesn't call close().
  process.once('exit', remove);
  const compiler = environment['CXX'] ?? 'c++';
  const path = environment['PATH'] ?? '';
  const primesieve = findNative('primesieve', path);
  const python = findNative('python3', path);
  const build = (name: string, ...libraries: readonly string[]): Promise<Built> =>
    compile(name, libraries, compiler, folder, environment);
  const buildForLinux = (name: string, ...libraries: readonly string[]): Promise<Built> =>
    process.platform === 'linux'
      ? build(name, ...libraries)
      : Promise.resolve({ missing: `${name} makes system calls that only Linux has` });
  const [int32be, count, handOver, load, epollServer, pthreadServer, zeroServer, versions] = await Promise.all([
    build('int32be', '-lprimesieve'),
    build('count', '-lprimesieve'),
    build('hand-over', '-pthread'),
    buildForLinux('load'),
    buildForLinux('epoll-server'),
    buildForLinux('pthread-server', '-pthread'),
    buildForLinux('zero-server'),
    versionsOf({ primesieve, [compiler]: compiler, python3: python }, environment),
  ]);
  return {
    primesieve: present(primesieve, 'the program primesieve must be on PATH (Debian: primesieve)'),
    int32be,
    count,
    handOver,
    load,
    epollServer,
    pthreadServer,
    zeroServer,
    python: present(python, 'python3 must be on PATH (Debian: python3)'),
    versions,
    close: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

function present(path: string | undefined, missing: string): Built {
  return path === undefined ? { missing } : { path };
}

/**
 * Finds a program on PATH, except those of npm packages: the package `primesieve`, another peer, has a command of the same
 * name, and pnpm puts it first.
 */
function findNative(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, program))
    .find((candidate) => existsSync(candidate));
}

/** The versions of the programs that exist. */
async function versionsOf(
  programs: Readonly<Record<string, string | undefined>>,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const found = Object.entries(programs).map(async ([name, program]) => {
    const version = program === undefined ? undefined : await versionOf(program, env);
    return version === undefined ? [] : [[name, version] as const];
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}

/** The version that a program prints; undefined if it can't be run. */
async function versionOf(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await execute(program, ['--version'], { env });
    return /\d+\.\d+[\d.]*/.exec(stdout)?.[0] ?? 'unknown';
  } catch {
    return undefined;
  }
}

async function compile(
  name: string,
  libraries: readonly string[],
  compiler: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Built> {
  const path = join(folder, name);
  const source = join(SOURCES, `${name}.cpp`);
  try {
    await execute(compiler, ['-O3', '-march=native', '-o', path, source, ...libraries], { env });
    return { path };
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return { missing: `a C++ compiler must be on PATH as ${compiler} (Debian: g++)` };
    if (/primesieve\.hpp|-lprimesieve/.test(stderr ?? '')) {
      return { missing: "libprimesieve's header and library must be there (Debian: libprimesieve-dev)" };
    }
    throw error;
  }
}
