/**
 * Which modules does a TypeScript source text import?
 *
 * The text is parsed rather than searched: `import` inside a template literal, a regular expression or a comment is not
 * an import. (`ts.preProcessFile` only scans tokens; a regular expression with a backtick makes it lose all that
 * follows, and a rule that silently sees nothing passes everything.)
 */
import ts from 'typescript';

/** One import of a source text. */
export interface FoundImport {
  /** The module as written, such as `node:net` or `./wire.ts`. */
  readonly specifier: string;
  /** Line of the specifier, from 1. */
  readonly line: number;
}

/**
 * Finds static imports, re-exports, `import()` calls and types, `import.meta.resolve()` and `require()`, in order.
 *
 * Only literal specifiers are found; a computed one can't be judged by a table.
 *
 * @param text - Source text of one module.
 */
export function findImports(text: string): FoundImport[] {
  const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest);
  const found: FoundImport[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      const { line } = source.getLineAndCharacterOfPosition(specifier.getStart(source));
      found.push({ specifier: specifier.text, line: line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isCallExpression(node) && [isDynamicImport, isMetaResolve, isRequire].some((matches) => matches(node))) {
    return node.arguments[0];
  }
  return undefined;
}

function isDynamicImport(call: ts.CallExpression): boolean {
  return call.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function isMetaResolve(call: ts.CallExpression): boolean {
  const callee = call.expression;
  return (
    ts.isPropertyAccessExpression(callee) && callee.name.text === 'resolve' && ts.isMetaProperty(callee.expression)
  );
}

/** `require(…)`, or the function that `createRequire(…)` returns called at once. */
function isRequire({ expression: callee }: ts.CallExpression): boolean {
  const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;
  return isNamed(callee, 'require') || (ts.isCallExpression(callee) && isNamed(callee.expression, 'createRequire'));
}
