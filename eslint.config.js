import { builtinModules } from 'node:module';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  // assembly: AssemblyScript looks like TypeScript, but its types and operators are its own; asc checks it.
  { ignores: ['**/dist/**', '**/.turbo/**', '**/coverage/**', '**/assembly/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers are what most of our messages report.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A read just checked against a length is safe; the assertion documents it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Event loops and blocking loops end from inside.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/prefer-literal-enum-member': 'off',
      // Import rules that dependency-cruiser can't see (scripts/import-rules.ts): it drops the prefix of builtin
      // modules, and it doesn't follow these calls.
      'no-restricted-imports': [
        'error',
        ...builtinModules
          .filter((name) => !name.startsWith('node:'))
          .map((name) => ({ name, message: `Write node:${name}.` })),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(CallExpression[callee.property.name="resolve"][callee.object.type="MetaProperty"], CallExpression[callee.callee.name="createRequire"]) > Literal[value=/^@concurrent-primes/]',
          message: "The import rules don't see this import.",
        },
      ],
    },
  },
  {
    // Only apps and the repository's own scripts print.
    files: ['packages/*/src/**/*.{ts,tsx}'],
    rules: { 'no-console': 'error' },
  },
);
