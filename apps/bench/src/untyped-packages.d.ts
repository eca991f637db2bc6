/** The npm packages that come without types: as much of them as is used here. */
declare module 'primesieve' {
  const primesieve: {
    readonly raiseLimit: (limit: number) => void;
    readonly primeRange: (low: number, high: number) => number[];
  };
  export default primesieve;
}

declare module 'sieve-of-eratosthenes' {
  const sieveOfEratosthenes: (limit: number) => number[];
  export default sieveOfEratosthenes;
}
