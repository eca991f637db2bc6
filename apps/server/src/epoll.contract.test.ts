import { startPrimeSelectServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';

primeServerContract(
  'epoll',
  (common, { quantum }) =>
    startPrimeSelectServer({ ...common, selector: 'epoll', ...(quantum === undefined ? {} : { quantum }) }),
  false,
);
