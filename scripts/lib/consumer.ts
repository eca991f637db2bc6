/**
 * A module that a user of the packages might write: it imports every library and uses some of them.
 *
 * It is composed as text because it is compiled and run where only the packed packages are installed.
 */
import { SCOPE } from './workspace.ts';

/** The last line that the module prints when all is well. */
export const CONSUMER_OUTPUT = 'all libraries work';

/** What to do with a library beyond importing it; `lib` is its namespace. */
const USES: Readonly<Record<string, string>> = {
  sieve: 'assert.equal(lib.countPrimes(100, 200), 21);',
  protocol: 'assert.deepEqual([...lib.decodeRequest(lib.encodeRequest(100, 200))], [100, 200]);',
  sockets: `const listener = lib.listen({ host: '127.0.0.1', port: 0 });
  assert.ok(listener.localAddress().port > 0);
  listener.close();`,
};

/**
 * Composes the source text of the module.
 *
 * @param names - modules, such as `@concurrent-primes/sieve`
 */
export function composeConsumer(names: readonly string[]): string {
  return [
    `import assert from 'node:assert/strict';`,
    ...names.map((name, index) => `import * as lib${index} from '${name}';`),
    ...names.map((name, index) => {
      const use = USES[name.slice(SCOPE.length)] ?? '';
      return `{\n  const lib = lib${index};\n  assert.ok(Object.keys(lib).length > 0);\n  ${use}\n}`;
    }),
    `console.log('${CONSUMER_OUTPUT}');\n`,
  ].join('\n');
}
