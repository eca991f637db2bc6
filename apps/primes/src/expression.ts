/**
 * Integer expressions: `2^31-1`, `1e6+10*3`, `-(2^20)`.
 *
 * The grammar; each line binds tighter than the one above:
 *
 *     sum     = product { ("+" | "-") product }
 *     product = unary { ("*" | "/") unary }
 *     unary   = ("+" | "-") unary | power
 *     power   = atom [ ("^" | "**") unary ]        so 2^3^2 = 2^9, and -2^2 = -4
 *     atom    = "(" sum ")" | number               such as 1000, 1_000, 1e6, 1.5e3
 *
 * One function for each line (recursive descent). Results are exact bigints; `/` truncates towards zero.
 */

/** Limit of all results, also intermediate ones: `9^9^9` is an error, not an hour of work. */
const MAX_BITS = 128;

const TOKEN = /\s*(\d[\d_]*(?:\.\d+)?(?:[eE]\+?\d+)?|\*\*|[-+*/^()]|\S)/gy;
const NUMBER = /^(\d[\d_]*)(?:\.(\d+))?(?:[eE]\+?(\d+))?$/;

/**
 * The value of an expression.
 *
 * @param text - In the grammar above; spaces are ignored.
 * @throws SyntaxError when it is not an expression; RangeError when a result is not an integer or has more than 128 bits.
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
    return new SyntaxError(`expected ${wanted} at ${shown(this.peek())}`);
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
    if (operator === '/' && right === 0n) throw new RangeError('division by 0');
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
  if (exponent < 0n) throw new RangeError(`the exponent ${exponent} is negative`);
  // 0, 1 and -1 can be raised to any power; for others the result is known to be too large without computing it.
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
  if (zeros < 0n) throw new RangeError(`${text!} is not an integer`);
  const digits = whole.replaceAll('_', '') + decimals.replace(/0+$/, '');
  // Parsing takes time quadratic in the digits, so their number is limited first.
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
  return new RangeError(`a result has more than ${MAX_BITS} bits`);
}

function shown(token: string | undefined): string {
  return token === undefined ? 'the end' : JSON.stringify(token);
}
