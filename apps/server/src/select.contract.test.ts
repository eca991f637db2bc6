import { startPrimeSelectServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract(
  'select',
  (common, { quantum }) =>
    startPrimeSelectServer({ ...common, selector: 'select', ...(quantum === undefined ? {} : { quantum }) }),
  false,
);

limitedServerContract('select', ['select', '--selector', 'select'], { clientsAtOnce: 20 });
