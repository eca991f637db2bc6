/** The select server in the registry: one thread serves all clients. */
import { MAX_LOOPS, startSelectServer } from '@concurrent-primes/server-select';
import { SELECTORS, SELECTOR_KINDS, type SelectorKind } from '@concurrent-primes/sockets';
import { Option } from 'commander';
import type { Architecture, Variant } from '../architecture.ts';
import { wholeNumber } from '@concurrent-primes/harness/terminal';
import { DEFAULT_QUANTUM, MAX_QUANTUM, PRIME_BYTES, withPrimeSessions } from '../prime-sessions.ts';

interface SelectFlags {
  readonly selector: SelectorKind;
  readonly quantum?: number;
  readonly loops: number;
}

/** The selectors with their limits, for `--help`. */
const CALLS = SELECTOR_KINDS.map((kind) => SELECTORS[kind].description).join('; ');

const ONE_LOOP = SELECTOR_KINDS.map((kind): [string, Variant] => [
  kind,
  {
    args: ['--selector', kind],
    description: () => `one thread for all clients; ${kind}() tells which sockets are ready`,
  },
]);

/** One thread serves all clients; a system call tells which sockets are ready. */
export const SELECT_ARCHITECTURE: Architecture = {
  description: `one thread serves all clients; ${SELECTOR_KINDS.join(', ')} tell it which sockets are ready`,
  options: [
    new Option('--selector <kind>', `system call that waits for readiness; ${CALLS}`)
      .choices(SELECTOR_KINDS)
      .default('select'),
    new Option(
      '--quantum <n>',
      'most integers that one turn sends to one client; 1 shows every turn as a 4-byte send ' +
        `(default: ${DEFAULT_QUANTUM}, and ${MAX_QUANTUM} while no other client is ready)`,
    ).argParser(wholeNumber(1, MAX_QUANTUM)),
    new Option('--loops <n>', 'number of threads with a loop each, which share the port and divide the clients')
      .argParser(wholeNumber(1, MAX_LOOPS))
      .default(1),
  ],
  examples: [
    ['--quantum 1', 'one integer a turn, as in a lecture'],
    ['--selector epoll', 'more than 1000 clients'],
    ['--selector epoll --loops 2', 'two threads, each with half of the clients'],
    ['--log-level debug', 'a log line for each client'],
  ],
  variants: {
    ...Object.fromEntries(ONE_LOOP),
    loops: {
      args: ['--selector', 'epoll'],
      threads: { flag: '--loops', default: 2, max: MAX_LOOPS },
      description: (threads) => `${threads} threads, each with an epoll loop and a share of the clients`,
    },
  },
  capabilities: { threadPerClient: false },
  summary: ({ selector, quantum = DEFAULT_QUANTUM, loops }: SelectFlags) =>
    `${selector}, ${loops === 1 ? '' : `${loops} loops, `}quantum ${quantum}`,
  descriptors: ({ selector, loops }: SelectFlags) => ({ threads: loops, capacity: SELECTORS[selector].capacity }),
  async start(options, { selector, quantum, loops }: SelectFlags) {
    const quantumBytes = (quantum ?? DEFAULT_QUANTUM) * PRIME_BYTES;
    const quantumAloneBytes = (quantum ?? MAX_QUANTUM) * PRIME_BYTES;
    return startSelectServer({
      ...(await withPrimeSessions(options)),
      selector,
      loops,
      quantumBytes,
      quantumAloneBytes,
    });
  },
};
