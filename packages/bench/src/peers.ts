/** The peers that are no npm packages: the program `primesieve`, and small C++ programs around its library. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** From the source and from dist alike. */
const SOURCES = fileURLToPath(new URL('../peers', import.meta.url));

/** A program's path, or why there is none. */
export type Built = { readonly path: string } | { readonly missing: string };

/** The peers, as far as this machine can have them. */
export interface Peers {
  /** The program of Debian's package `primesieve` and others. */
  readonly primesieve: Built;
  readonly int32be: Built;
  readonly count: Built;
  readonly versions: Readonly<Record<string, string>>;
  /** Removes what was built. */
  readonly close: () => void;
}

/**
 * Builds what can be built, into a folder of its own.
 *
 * @param environment - where `PATH`, and `CXX` (a compiler other than `c++`) are looked up
 */
export async function buildPeers(environment: NodeJS.ProcessEnv = process.env): Promise<Peers> {
  const folder = mkdtempSync(join(tmpdir(), 'concurrent-primes-bench-'));
  const compiler = environment['CXX'] ?? 'c++';
  const primesieve = findNative('primesieve', environment['PATH'] ?? '');
  const [primesieveVersion, compilerVersion, int32be, count] = await Promise.all([
    primesieve === undefined ? undefined : versionOf(primesieve, environment),
    versionOf(compiler, environment),
    compile('int32be', compiler, folder, environment),
    compile('count', compiler, folder, environment),
  ]);
  return {
    primesieve:
      primesieve === undefined
        ? { missing: 'the program primesieve must be on PATH (Debian: primesieve)' }
        : { path: primesieve },
    int32be,
    count,
    versions: {
      ...(primesieveVersion !== undefined && { primesieve: primesieveVersion }),
      ...(compilerVersion !== undefined && { [compiler]: compilerVersion }),
    },
    close: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Finds a program on PATH, but none that an npm package has put there: the package `primesieve`, which is another peer,
 * has a command of the same name, and pnpm puts it first.
 */
function findNative(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, program))
    .find((candidate) => existsSync(candidate));
}

/** The version in the first line that a program has to say of itself; undefined if it isn't there. */
async function versionOf(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await execute(program, ['--version'], { env });
    return /\d+\.\d+[\d.]*/.exec(stdout)?.[0] ?? 'unknown';
  } catch {
    return undefined;
  }
}

async function compile(name: string, compiler: string, folder: string, env: NodeJS.ProcessEnv): Promise<Built> {
  const path = join(folder, name);
  const source = join(SOURCES, `${name}.cpp`);
  try {
    await execute(compiler, ['-O3', '-march=native', '-o', path, source, '-lprimesieve'], { env });
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
