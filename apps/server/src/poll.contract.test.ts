import { startPrimeSelectServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract(
  'poll',
  (common, { quantum }) =>
    startPrimeSelectServer({ ...common, selector: 'poll', ...(quantum === undefined ? {} : { quantum }) }),
  false,
);

limitedServerContract('poll', ['select', '--selector', 'poll'], { clientsAtOnce: 20 });
