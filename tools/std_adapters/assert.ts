import nodeAssert from "node:assert";
import { inspect } from "node:util";

// deno-lint-ignore no-explicit-any -- the constructor type that `instanceof` needs
type Class<T> = abstract new (...args: any[]) => T;

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Asserts that a value is truthy. */
export function assert(value: unknown, msg = "Expected a truthy value"): asserts value {
  if (!value) throw new AssertionError(msg);
}

/** Asserts that a value is falsy. */
export function assertFalse(value: unknown, msg = "Expected a falsy value"): void {
  assert(!value, msg);
}

/** Asserts deep equality; a null prototype and `-0` count as different here, not in `@std`. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  rethrown(() => nodeAssert.deepStrictEqual(actual, expected, msg));
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  rethrown(() => nodeAssert.notDeepStrictEqual(actual, expected, msg));
}

/** Asserts that two values are one and the same. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  rethrown(() => nodeAssert.strictEqual(actual, expected, msg));
}

/** Asserts that two numbers differ by no more than the tolerance. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  const close = Object.is(actual, expected) || Math.abs(expected - actual) <= tolerance;
  assertThat(close, `Expected ${actual} within ${tolerance} of ${expected}`, msg);
}

/** Asserts `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  assertThat(actual > expected, `Expected ${actual} > ${expected}`, msg);
}

/** Asserts `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  assertThat(actual < expected, `Expected ${actual} < ${expected}`, msg);
}

/** Asserts that a text contains another. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  const includes = actual.includes(expected);
  assertThat(includes, `Expected ${inspect(actual)} to include ${inspect(expected)}`, msg);
}

/** Asserts that a text matches a regular expression. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  assertThat(expected.test(actual), `Expected ${inspect(actual)} to match ${expected}`, msg);
}

/** Asserts that a function throws, and returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  expected: Class<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  expected?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return checked(error, expected, msgIncludes, msg);
  }
  throw new AssertionError(messageOf(expected, msg) ?? "Expected function to throw");
}

/** Asserts that a promise is rejected, and resolves to what it was rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  expected: Class<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  expected?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    throw new AssertionError("Function throws when expected to reject");
  }
  try {
    await promise;
  } catch (error) {
    return checked(error, expected, msgIncludes, msg);
  }
  throw new AssertionError(messageOf(expected, msg) ?? "Expected function to reject");
}

/** Fails. */
export function fail(msg = "Failed assertion"): never {
  throw new AssertionError(msg);
}

/** Fails where no run should ever come. */
export function unreachable(reason = "Unreachable"): never {
  throw new AssertionError(reason);
}

function checked(error: unknown, expected?: Class<Error> | string, part?: string, msg?: string) {
  if (typeof expected !== "function") return error;
  assertInstanceOf(error, expected, msg);
  if (part !== undefined) assertStringIncludes(error.message, part, msg);
  return error;
}

function messageOf(expected?: Class<Error> | string, msg?: string): string | undefined {
  return typeof expected === "string" ? expected : msg;
}

function assertThat(condition: boolean, otherwise: string, msg?: string): void {
  if (!condition) throw new AssertionError(msg === undefined ? otherwise : `${otherwise}: ${msg}`);
}

function rethrown(compare: () => void): void {
  try {
    compare();
  } catch (error) {
    throw new AssertionError((error as Error).message);
  }
}

/** Asserts that a value is of a class. */
function assertInstanceOf<T>(
  actual: unknown,
  expected: Class<T>,
  msg?: string,
): asserts actual is T {
  const isInstance = actual instanceof expected;
  assertThat(isInstance, `Expected a ${expected.name}, got ${inspect(actual)}`, msg);
}
