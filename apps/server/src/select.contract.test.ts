import { startPrimeSelectServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';

primeServerContract(
  'select',
  (common, { quantum }) =>
    startPrimeSelectServer({ ...common, selector: 'select', ...(quantum === undefined ? {} : { quantum }) }),
  false,
);
