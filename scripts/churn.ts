/**
 * Builds what churn needs, then runs it: its clients come from our packages, whose compiled code a fresh clone lacks.
 *
 * Usage: `pnpm churn --help`.
 */
import { buildBefore } from './lib/build.ts';

if (await buildBefore(['packages/fixtures', 'apps/server'])) await import('./churn/command.ts');
else process.exitCode = 1;
