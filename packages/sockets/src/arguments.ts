/**
 * Throws unless an argument is an integer within its bounds.
 *
 * @param action - What the caller wanted, such as `'listen'`; begins the message.
 */
export function checkInteger(action: string, name: string, value: number, least: number, most = Infinity): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const bounds = most === Infinity ? `an integer of at least ${least}` : `an integer in [${least}, ${most}]`;
  throw new RangeError(`cannot ${action}: ${name} must be ${bounds}, got ${String(value)}`);
}
