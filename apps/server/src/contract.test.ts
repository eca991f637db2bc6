import { architecturesContract } from './testing/contract.ts';

architecturesContract();
