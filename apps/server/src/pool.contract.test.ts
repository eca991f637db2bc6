import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract('pool', ['pool'], true);

limitedServerContract('pool', ['pool'], { threadsPerClient: true, clientsAtOnce: 4 });
