import { startPrimePoolServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';

primeServerContract(
  'pool',
  (common, { threads, queue }) =>
    startPrimePoolServer({
      ...common,
      ...(threads === undefined ? {} : { threads }),
      ...(queue === undefined ? {} : { queueCapacity: queue }),
    }),
  true,
);
