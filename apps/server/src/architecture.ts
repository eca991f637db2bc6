/**
 * An entry of the registry: one way of writing the server.
 *
 * Every tool that lists servers reads these entries: the `server` command and its `--help`, `lab compare`, the benchmarks,
 * the demo, the package check and the contract suite. A new architecture is a package, a file in `architectures/` and one
 * line in `architectures.ts`.
 */
import { Command, type Option } from 'commander';
import type { Server } from '@concurrent-primes/server-core';
import type { DescriptorUse } from './default-max-clients.ts';
import type { PrimeServerOptions } from './prime-sessions.ts';

/** One way of writing the server. */
export interface Architecture {
  /** What the server is, in one line. */
  readonly description: string;
  /** Command line options that only this architecture has. */
  readonly options: readonly Option[];
  /** Examples for `--help`: the arguments after the command's name, and what they do. */
  readonly examples: readonly (readonly [args: string, effect: string])[];
  /** Servers with names of their own, for comparisons and the contract suite. */
  readonly variants: Readonly<Record<string, Variant>>;
  /** Properties of this architecture. */
  readonly capabilities: Capabilities;
  /**
   * Returns the text in parentheses after the address in the first line that the server prints.
   *
   * @param flags - values of `options`
   */
  summary(flags: object): string;
  /**
   * Returns what it does with descriptors, from which the default connection limit follows. Default: it has one thread.
   *
   * @param flags - values of `options`
   */
  descriptors?(flags: object): DescriptorUse;
  /**
   * Starts a server and resolves when it accepts clients.
   *
   * @param options - options that all architectures share
   * @param flags - values of `options`
   */
  start(options: PrimeServerOptions, flags: object): Promise<Server>;
}

/** Properties that tests and reports depend on. */
export interface Capabilities {
  /** Whether a client holds a thread for as long as it is connected. */
  readonly threadPerClient: boolean;
  /** Features of the contract that this architecture can't have, each with the reason. */
  readonly without?: Readonly<Partial<Record<string, string>>>;
}

/** An architecture with some of its options chosen. */
export interface Variant {
  /** Arguments after the architecture's name. */
  readonly args: readonly string[];
  /** The option that the number in `pool:5` sets: number of threads that serve clients. Default: one thread, no option. */
  readonly threads?: { readonly flag: string; readonly default: number; readonly max: number };
  /**
   * Describes the server in a few words.
   *
   * @param threads - number of threads that serve clients
   */
  readonly description: (threads: number) => string;
}

/** A variant with its names. */
export interface NamedVariant extends Variant {
  /** Its name, such as `epoll`. */
  readonly name: string;
  /** Name of its architecture and of the command, such as `select`. */
  readonly command: string;
  readonly architecture: Architecture;
}

/** Architectures by the names of their commands. */
export type Registry = Readonly<Record<string, Architecture>>;

/**
 * Lists the variants of all architectures.
 *
 * @param registry - the architectures
 * @returns the variants in the order of the registry
 * @throws Error if two variants have the same name
 */
export function variantsOf(registry: Registry): readonly NamedVariant[] {
  const variants = Object.entries(registry).flatMap(([command, architecture]) =>
    Object.entries(architecture.variants).map(([name, variant]) => ({ ...variant, name, command, architecture })),
  );
  const names = variants.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw new Error(`cannot list servers: each needs a name of its own, got ${twin} twice`);
  return variants;
}

/**
 * Returns the arguments of the `server` command that start a variant.
 *
 * @param variant - the variant
 * @param threads - number of threads that serve clients; default: the variant's own
 */
export function argumentsOf({ command, args, threads: option }: NamedVariant, threads?: number): string[] {
  return [command, ...args, ...(option === undefined ? [] : [option.flag, String(threads ?? option.default)])];
}

/**
 * Parses the options that only one architecture has.
 *
 * @param architecture - the architecture
 * @param args - arguments of its command
 * @throws CommanderError if an argument is unknown or has a wrong value
 */
export function flagsOf(architecture: Architecture, args: readonly string[]): object {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of architecture.options) command.addOption(option);
  return command.parse(args, { from: 'user' }).opts<object>();
}
