/** Reading JSON that a person wrote: each field is asked for by name and kind, and a complaint says where, what and why. */

/** The fields of one object. */
export interface Fields {
  /** Where the object stands, for complaints. */
  readonly path: string;
  has(name: string): boolean;
  /** All of them, as they are. */
  all(): Readonly<Record<string, unknown>>;
  text(name: string, otherwise?: string): string;
  boolean(name: string, otherwise: boolean): boolean;
  number(name: string, min: number, max: number, otherwise?: number): number;
  integer(name: string, min: number, max: number, otherwise?: number): number;
  choice(name: string, choices: readonly string[]): string;
  object<T>(name: string, read: (fields: Fields) => T): T;
  list<T>(name: string, otherwise: readonly T[] | undefined, read: (item: unknown, path: string) => T): readonly T[];
  /** To be called last: a field that nobody has asked for is a slip of the pen. */
  refuseOthers(): void;
}

/**
 * The fields of an object.
 *
 * @param path - where it stands, for complaints
 * @param json - what should be an object
 * @throws TypeError, as all methods do when a field is not what is asked for: where it stands, what it must be, what it is
 */
export function fieldsOf(path: string, json: unknown): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw complaint(path, 'an object', json);
  const values = json as Readonly<Record<string, unknown>>;
  const asked = new Set<string>();

  function read<T>(name: string, what: string, isRight: (value: unknown) => boolean, otherwise: T | undefined): T {
    asked.add(name);
    const value = values[name];
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (!isRight(value)) throw complaint(`${path}.${name}`, what, value);
    return value as T;
  }

  const isNumber = (value: unknown, min: number, max: number): boolean =>
    typeof value === 'number' && value >= min && value <= max;

  return {
    path,
    has: (name) => values[name] !== undefined,
    all: () => values,
    text: (name, otherwise) => read(name, 'a text', (value) => typeof value === 'string' && value !== '', otherwise),
    boolean: (name, otherwise) => read(name, 'true or false', (value) => typeof value === 'boolean', otherwise),
    number: (name, min, max, otherwise) =>
      read(name, `a number from ${min} to ${max}`, (value) => isNumber(value, min, max), otherwise),
    integer: (name, min, max, otherwise) =>
      read(
        name,
        `a whole number from ${min} to ${max}`,
        (value) => Number.isInteger(value) && isNumber(value, min, max),
        otherwise,
      ),
    choice: (name, choices) =>
      read<string>(name, `one of ${choices.join(', ')}`, (value) => choices.includes(value as string), undefined),
    object: (name, readObject) => {
      asked.add(name);
      return readObject(fieldsOf(`${path}.${name}`, values[name]));
    },
    list: (name, otherwise, readItem) =>
      read<readonly unknown[]>(name, 'a list', Array.isArray, otherwise).map((item, at) =>
        readItem(item, `${path}.${name}[${at}]`),
      ),
    refuseOthers: () => {
      const other = Object.keys(values).find((name) => !asked.has(name));
      if (other !== undefined) {
        throw new TypeError(`${path}.${other}: is unknown; known are ${[...asked].join(', ')}`);
      }
    },
  };
}

function complaint(path: string, what: string, value: unknown): TypeError {
  return new TypeError(`${path}: must be ${what}, is ${value === undefined ? 'missing' : JSON.stringify(value)}`);
}
