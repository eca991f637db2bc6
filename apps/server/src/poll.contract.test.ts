import { startPrimeSelectServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';

primeServerContract(
  'poll',
  (common, { quantum }) =>
    startPrimeSelectServer({ ...common, selector: 'poll', ...(quantum === undefined ? {} : { quantum }) }),
  false,
);
