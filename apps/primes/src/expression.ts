/**
 * Integers as people write them: `2^31-1`, `1e6+10*3`, `-(2^20)`.
 *
 * The grammar, each line binding tighter than the one above:
 *
 *     sum     = product { ("+" | "-") product }
 *     product = unary { ("*" | "/") unary }
 *     unary   = ("+" | "-") unary | power
 *     power   = atom [ ("^" | "**") unary ]        so 2^3^2 = 2^9, and -2^2 = -4
 *     atom    = "(" sum ")" | number               such as 1000, 1_000, 1e6, 1.5e3
 *
 * One function a line: recursive descent. Everything is exact, in bigint; `/` cuts off towards zero.
 */

/** No result and no intermediate result has more bits: `9^9^9` is an error, not an hour's work. */
const MAX_BITS = 128;

const TOKEN = /\s*(\d[\d_]*(?:\.\d+)?(?:[eE]\+?\d+)?|\*\*|[-+*/^()]|\S)/gy;
const NUMBER = /^(\d[\d_]*)(?:\.(\d+))?(?:[eE]\+?(\d+))?$/;

/**
 * The value of an expression.
 *
 * @param text - see the grammar at the head of this file; spaces don't matter
 * @throws SyntaxError if it is no expression, RangeError if a result is no integer or has more than 128 bits
 */
export function evaluate(text: string): bigint {
  const tokens = new Tokens(text);
  const value = sum(tokens);
  if (tokens.peek() !== undefined) throw tokens.unexpected('an operator');
  return value;
}

class Tokens {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = Array.from(text.matchAll(TOKEN), ([, token]) => token!);
  }

  peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  /** Takes the next token if it is one of these. */
  take(...wanted: readonly string[]): string | undefined {
    const token = this.peek();
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#next++;
    return token;
  }

  takeNumber(): bigint {
    const match = NUMBER.exec(this.peek() ?? '');
    if (match === null) throw this.unexpected('a number');
    this.#next++;
    return numberOf(match);
  }

  unexpected(wanted: string): SyntaxError {
    return new SyntaxError(`${wanted} must stand where ${shown(this.peek())} is`);
  }
}

function sum(tokens: Tokens): bigint {
  let value = product(tokens);
  for (;;) {
    const operator = tokens.take('+', '-');
    if (operator === undefined) return value;
    const right = product(tokens);
    value = bounded(operator === '+' ? value + right : value - right);
  }
}

function product(tokens: Tokens): bigint {
  let value = unary(tokens);
  for (;;) {
    const operator = tokens.take('*', '/');
    if (operator === undefined) return value;
    const right = unary(tokens);
    if (operator === '/' && right === 0n) throw new RangeError('a divisor must not be 0');
    value = bounded(operator === '*' ? value * right : value / right);
  }
}

function unary(tokens: Tokens): bigint {
  const sign = tokens.take('+', '-');
  if (sign === undefined) return power(tokens);
  return sign === '-' ? -unary(tokens) : unary(tokens);
}

function power(tokens: Tokens): bigint {
  const base = atom(tokens);
  if (tokens.take('^', '**') === undefined) return base;
  const exponent = unary(tokens);
  if (exponent < 0n) throw new RangeError(`an exponent must not be negative, received ${exponent}`);
  // Only 0, 1 and -1 can be raised to anything; the others are known to be too large before they are.
  if (bitsOf(base) > 1 && exponent > MAX_BITS) throw tooLarge();
  if (bitsOf(base) <= 1) return exponent === 0n ? 1n : base ** (2n - (exponent % 2n));
  return bounded(base ** exponent);
}

function atom(tokens: Tokens): bigint {
  if (tokens.take('(') === undefined) return tokens.takeNumber();
  const value = sum(tokens);
  if (tokens.take(')') === undefined) throw tokens.unexpected('")"');
  return value;
}

/** `1.5e3` is 15 · 10^(3 - 1). */
function numberOf([text, whole = '', decimals = '', exponent = '0']: readonly string[]): bigint {
  if (Number(exponent) > MAX_BITS) throw tooLarge();
  const zeros = BigInt(exponent) - BigInt(decimals.replace(/0+$/, '').length);
  if (zeros < 0n) throw new RangeError(`a number must be an integer, received ${text!}`);
  const digits = whole.replaceAll('_', '') + decimals.replace(/0+$/, '');
  // Digits cost time by their square: a limit on the value alone would come too late.
  if (digits.length > MAX_BITS) throw tooLarge();
  return bounded(BigInt(digits) * 10n ** zeros);
}

function bounded(value: bigint): bigint {
  if (bitsOf(value) > MAX_BITS) throw tooLarge();
  return value;
}

function bitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString(2).length;
}

function tooLarge(): RangeError {
  return new RangeError(`results must have at most ${MAX_BITS} bits`);
}

function shown(token: string | undefined): string {
  return token === undefined ? 'the end' : JSON.stringify(token);
}
