/**
 * The import rules of the house: every arrow points down, and a floor knows nothing of the floors above it.
 *
 * - A package imports only packages that its row of {@link FLOORS} names and that its `package.json` declares.
 * - No file is part of a circle, type-only imports included.
 * - A package is used through its `exports`: no relative import leaves a package, none reaches inside another.
 * - Tests (`*.test.ts`, and their helpers in `src/testing/`) may also import `devDependencies`, such as `fixtures`.
 *   Shipped sources import no test code. A page that is bundled may import `devDependencies` too.
 * - The servers make their own system calls, so they don't import `node:net`. The exception is `server-net`, which is
 *   Node's own loop.
 *
 * dependency-cruiser follows the imports; ESLint checks the `node:` prefix, and calls that hide an import. A package is
 * seen by others as its `dist`, so build first.
 *
 * Run: `node scripts/import-rules.ts`. It prints one line per finding and exits with 1 if there is any.
 */
import { cruise, type ICruiseResult, type IRegularForbiddenRuleType } from 'dependency-cruiser';
import { matchesGlob } from 'node:path';
import { listPackages, ROOT, type Package } from './lib/workspace.ts';

/** Rows of packages, or of patterns for siblings, with what shipped sources may import: packages, or `app/export`. */
type Floors = readonly (readonly [folder: string, mayImport: readonly string[]])[];

/** What apps that measure servers import; of the app `server` only its registry. */
const FOR_TOOLS = ['sockets', 'sieve', 'protocol', 'client', 'load', 'harness', 'server/architectures'];

/** The house from the ground up: a row names only packages of rows above it. The first row that matches counts. */
export const FLOORS: Floors = [
  ['packages/session', []],
  ['packages/trace', []],
  ['packages/sockets', []],
  ['packages/sieve', []],
  ['packages/protocol', ['session']],

  ['packages/zoo', ['protocol']],
  ['packages/client', ['protocol', 'sockets']],
  ['packages/server-core', ['session', 'sockets', 'trace']],

  ['packages/harness', []],
  ['packages/admin', []],
  ['packages/watch', ['trace']],
  ['packages/load', ['sockets', 'sieve', 'protocol', 'zoo', 'client']],
  ['packages/conformance', ['zoo', 'harness']],
  ['packages/server-*', ['session', 'sockets', 'trace', 'server-core']],
  ['packages/fixtures', ['session', 'sockets', 'zoo', 'conformance', 'harness']],

  ['apps/primes', ['sieve', 'harness']],
  ['apps/multi-client', ['sieve', 'protocol', 'zoo', 'client', 'load', 'harness']],
  [
    'apps/server',
    [
      'session',
      'sockets',
      'sieve',
      'protocol',
      'server-*',
      'harness',
      'admin',
      'watch',
      'client',
      'zoo',
      'conformance',
    ],
  ],
  ['apps/lab', [...FOR_TOOLS, 'zoo', 'conformance', 'trace', 'watch', 'server/watch']],
  ['apps/bench', [...FOR_TOOLS, 'server-pool', 'fixtures']],
];

const CODE = '^(packages|apps)/([^/]+)/src/';
const TEST_CODE = String.raw`(\.test\.ts|/src/testing/.*)$`;
/** Bundled into one file, with all that it imports. */
const PAGE_CODE = '^packages/watch/src/page/';
const SHIPPED = { path: CODE, pathNot: TEST_CODE };

const GENERAL_RULES: readonly IRegularForbiddenRuleType[] = [
  { name: 'no circle of imports, type-only ones included', from: {}, to: { circular: true } },
  { name: 'the module must exist and be exported', from: {}, to: { couldNotResolve: true } },
  {
    name: 'a relative import stays in its package',
    from: { path: CODE },
    to: { dependencyTypes: ['local'], pathNot: '^$1/$2/' },
  },
  {
    name: 'a package imports itself by relative paths',
    from: SHIPPED,
    to: { path: '^$1/$2/dist/', dependencyTypesNot: ['local'] },
  },
  { name: 'shipped sources import no test code', from: SHIPPED, to: { path: TEST_CODE } },
  {
    name: 'shipped sources import no devDependencies',
    from: { path: CODE, pathNot: [TEST_CODE, PAGE_CODE] },
    to: { dependencyTypes: ['npm-dev'] },
  },
  {
    name: 'only tests and fixtures import vitest',
    from: { path: CODE, pathNot: [TEST_CODE, '^packages/fixtures/'] },
    to: { path: 'node_modules/vitest/' },
  },
  {
    name: 'package.json must declare the package',
    from: { path: CODE },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'only server-net imports node:net; other servers use packages/sockets',
    from: { path: '^packages/server-', pathNot: [TEST_CODE, '^packages/server-net/'] },
    to: { path: '^(node:)?net$' },
  },
];

/** Checks the imports of all packages, which are built, and returns one line per finding. */
export async function checkImports(root: string, floors: Floors = FLOORS): Promise<string[]> {
  const packages = listPackages(root);
  const forbidden = [...GENERAL_RULES, ...packages.flatMap((checked) => rulesOf(checked, packages, floors))];
  const { output } = await cruise(
    packages.map(({ folder }) => `${folder}/src`),
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: forbidden.map((rule) => ({ ...rule, severity: 'error' })) },
      parser: 'tsc',
      tsPreCompilationDeps: true,
      doNotFollow: { path: ['node_modules', '/dist/'] },
    },
    { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  );
  const { violations } = (output as ICruiseResult).summary;
  return [
    ...packages.flatMap((checked) => checkManifest(checked, packages, floors)),
    ...violations.map(({ from, to, rule, cycle }) => {
      const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(' -> ');
      return `${from} -> ${path}: ${rule.name}`;
    }),
  ].sort();
}

/** The rules for one package: what its row allows, and what its `package.json` declares. */
function rulesOf(checked: Package, packages: readonly Package[], floors: Floors): IRegularForbiddenRuleType[] {
  const own = `^${checked.folder}/`;
  const ours = { path: '^(packages|apps)/[^/]+/dist/' };
  const allowed = mayImport(checked, floors) ?? [];
  const declared = (names: Iterable<string>): string[] => {
    const wanted = new Set(names);
    return packages.filter(({ manifest }) => wanted.has(manifest.name)).map(({ folder }) => `^${folder}/`);
  };
  const shipped = shippedDependencies(checked);
  const forTests = [...shipped, ...Object.keys(checked.manifest.devDependencies ?? {})];
  return [
    {
      name: `FLOORS does not allow it to ${checked.folder}`,
      from: { path: own, pathNot: TEST_CODE },
      to: { ...ours, pathNot: [own, ...allowed.map(distPattern)] },
    },
    {
      name: 'dependencies in package.json must declare the package',
      from: { path: own, pathNot: TEST_CODE },
      to: { ...ours, pathNot: [own, ...declared(shipped)] },
    },
    {
      name: 'dependencies or devDependencies in package.json must declare the package',
      from: { path: `${own}.*${TEST_CODE}` },
      to: { ...ours, pathNot: [own, ...declared(forTests)] },
    },
  ];
}

/** What is wrong with the dependencies in a `package.json`, used or not. */
function checkManifest(checked: Package, packages: readonly Package[], floors: Floors): string[] {
  const allowed = mayImport(checked, floors);
  if (allowed === undefined) return [`${checked.folder}: must have a row in FLOORS`];
  return packages
    .filter(({ manifest }) => shippedDependencies(checked).includes(manifest.name))
    .filter(({ folder }) => !allowed.some((name) => matchesGlob(folder, folderPattern(name))))
    .map(({ folder }) => `${checked.folder}/package.json -> ${folder}: FLOORS does not allow it to ${checked.folder}`);
}

function mayImport({ folder }: Package, floors: Floors): readonly string[] | undefined {
  return floors.find(([pattern]) => matchesGlob(folder, pattern))?.[1];
}

/** `server-*` is a pattern of packages, `server/architectures` an export of an app. */
function folderPattern(name: string): string {
  return name.includes('/') ? `apps/${name.slice(0, name.indexOf('/'))}` : `packages/${name}`;
}

function distPattern(name: string): string {
  const subpath = name.includes('/') ? name.slice(name.indexOf('/')) : '';
  return `^${folderPattern(name).replace('*', '[^/]+')}/dist${subpath}${subpath === '' ? '/' : '[.]'}`;
}

function shippedDependencies({ manifest }: Package): string[] {
  return Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies });
}

if (import.meta.main) {
  const findings = await checkImports(ROOT);
  for (const finding of findings) console.error(finding);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
