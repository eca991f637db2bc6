import { startPrimePoolServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

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

limitedServerContract('pool', ['pool'], { threadsPerClient: true, clientsAtOnce: 4 });
