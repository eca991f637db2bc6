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

/** The programs in C++: their libraries, and whether they make system calls that only Linux has. */
const PROGRAMS = {
  int32be: { libraries: ['-lprimesieve'], linuxOnly: false },
  count: { libraries: ['-lprimesieve'], linuxOnly: false },
  /** A queue between two threads. */
  handOver: { libraries: ['-pthread'], linuxOnly: false },
  /** The load client. */
  load: { libraries: [], linuxOnly: true },
  /** One thread with epoll. */
  epollServer: { libraries: [], linuxOnly: true },
  /** A thread for each client. */
  pthreadServer: { libraries: ['-pthread'], linuxOnly: true },
  /** Streams zeros. */
  zeroServer: { libraries: [], linuxOnly: true },
} as const;

/** The path of a program, or why there is none. */
export type Built = { readonly path: string } | { readonly missing: string };

/** The peers that this machine has. */
export interface Peers extends Readonly<Record<keyof typeof PROGRAMS, Built>> {
  /** The program of Debian's package `primesieve` and others. */
  readonly primesieve: Built;
  /** Runs `peers/select_server.py` and `peers/pool_server.py`. */
  readonly python: Built;
  readonly versions: Readonly<Record<string, string>>;
}

/** Peers in a temporary folder. */
export interface BuiltPeers extends Peers {
  /** Removes the built programs. */
  readonly close: () => void;
}

/** Builds the peers that this machine can build, in a temporary folder, by the compiler `CXX` or `c++`. */
export async function buildPeers(environment: NodeJS.ProcessEnv = process.env): Promise<BuiltPeers> {
  const folder = mkdtempSync(join(tmpdir(), 'concurrent-primes-bench-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  // A run that is ended by a signal doesn't call close().
  process.once('exit', remove);
  const { CXX: compiler = 'c++', PATH = '' } = environment;
  const [primesieve, python3] = ['primesieve', 'python3'].map((program) => findNative(program, PATH));
  const programs = Object.entries(PROGRAMS).map(async ([name, { libraries, linuxOnly }]) => {
    const missing = linuxOnly && process.platform !== 'linux' ? `${name} makes system calls that only Linux has` : null;
    return [name, missing === null ? await compile(name, libraries, compiler, folder, environment) : { missing }];
  });
  const [built, versions] = await Promise.all([
    Promise.all(programs),
    versionsOf({ primesieve: primesieve?.path, [compiler]: compiler, python3: python3?.path }, environment),
  ]);
  return {
    ...(Object.fromEntries(built) as Record<keyof typeof PROGRAMS, Built>),
    primesieve: primesieve ?? { missing: 'the program primesieve must be on PATH (Debian: primesieve)' },
    python: python3 ?? { missing: 'python3 must be on PATH (Debian: python3)' },
    versions,
    close: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/**
 * Finds a program on PATH, except those of npm packages: the package `primesieve`, another peer, has a command of the same
 * name, and pnpm puts it first.
 */
function findNative(program: string, path: string): { readonly path: string } | undefined {
  const folders = path.split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const found = folders.map((folder) => join(folder, program)).find((candidate) => existsSync(candidate));
  return found === undefined ? undefined : { path: found };
}

/** The versions of the programs that exist. */
async function versionsOf(
  programs: Readonly<Record<string, string | undefined>>,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const found = Object.entries(programs).map(async ([name, program]) => {
    if (program === undefined) return [];
    const printed = await execute(program, ['--version'], { env }).catch(() => undefined);
    return printed === undefined ? [] : [[name, /\d+\.\d+[\d.]*/.exec(printed.stdout)?.[0] ?? 'unknown'] as const];
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}

async function compile(
  name: string,
  libraries: readonly string[],
  compiler: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Built> {
  const file = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const path = join(folder, file);
  try {
    await execute(compiler, ['-O3', '-march=native', '-o', path, join(SOURCES, `${file}.cpp`), ...libraries], { env });
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
