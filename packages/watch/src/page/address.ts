/** The moment in the address: `#turn=8`, or `#event=1234` inside a step. So a link leads to a moment. */

/** A moment that an address names. */
export interface AddressedMoment {
  readonly step: number | undefined;
  readonly position: number | undefined;
}

/** Reads the moment from an address's hash. */
export function readMoment(hash: string): AddressedMoment {
  const values = new URLSearchParams(hash.slice(1));
  return { step: wholeNumber(values.get('step')), position: wholeNumber(values.get('event')) };
}

/** The hash of a moment; an empty one follows the server. */
export function momentHash({ step, position }: AddressedMoment): string {
  if (step === undefined) return '';
  return position === undefined ? `#step=${step}` : `#step=${step}&event=${position}`;
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
