import { startPrimeSelectServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract(
  'two loops',
  (common, { quantum }) =>
    startPrimeSelectServer({ ...common, loops: 2, ...(quantum === undefined ? {} : { quantum }) }),
  false,
);

limitedServerContract('two loops', ['select', '--loops', '2'], { clientsAtOnce: 20 });
