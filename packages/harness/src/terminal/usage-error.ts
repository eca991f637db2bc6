/** The user can mend this: a bad argument, a port in use. The program prints one line, without a stack, and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
