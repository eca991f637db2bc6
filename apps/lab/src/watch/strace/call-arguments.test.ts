import { expect, it } from 'vitest';
import { lengthIn } from './call-arguments.ts';

it.for([
  ['4, "\\x00\\x01", 8, 0, NULL, NULL', 8],
  ['4, "\\x00\\x01"..., 24, MSG_NOSIGNAL, NULL, 0', 24],
  ['4, 0x7ffc12, 8, 0, NULL, NULL', 8],
  ['4, "\\x00", 65536', 65_536],
  ['4, [{iov_base="\\x00", iov_len=4}, {iov_base="\\x00\\x01", iov_len=8}], 2', 12],
  ['4, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="\\x00", iov_len=8}], msg_iovlen=1}, 0', 8],
  ['4', 0],
] as const)('lengthIn() of %s is %i', ([args, length]) => {
  expect(lengthIn(args)).toBe(length);
});
