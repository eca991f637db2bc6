import { startPrimeSelectServer } from './prime-server.ts';
import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract(
  'epoll',
  (common, { quantum }) =>
    startPrimeSelectServer({ ...common, selector: 'epoll', ...(quantum === undefined ? {} : { quantum }) }),
  false,
);

limitedServerContract('epoll', ['select', '--selector', 'epoll'], { clientsAtOnce: 20 });
