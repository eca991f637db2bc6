import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract('epoll', ['select', '--selector', 'epoll'], false);

limitedServerContract('epoll', ['select', '--selector', 'epoll'], { clientsAtOnce: 20 });
