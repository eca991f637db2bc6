import { startPrimeSelectServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';

primeServerContract(
  'two loops',
  (common, { quantum }) =>
    startPrimeSelectServer({ ...common, loops: 2, ...(quantum === undefined ? {} : { quantum }) }),
  false,
);
