/**
 * Gives every test a deadline: `deno test --preload testing/deadlines.ts`, as `deno task test` does.
 *
 * A test that waits for what never comes then fails by its name, and the next one begins. One that
 * never lets its thread go cannot be ended from within: the file that `TEST_LOG` names tells
 * `tools/run_tests.ts` which tests have begun and not ended.
 *
 * @module
 */

import { Script } from "node:vm";
import { logTest, testDeadlineMs } from "./test_log.ts";

type Body = (context: Deno.TestContext) => void | Promise<void>;
type Register = typeof Deno.test;

/** As they are before any test can put others in their place. */
const { setTimeout, clearTimeout } = globalThis;

/** Deno names the first caller that is not its own as a test's place, and knows its own by their URL. */
const NOT_A_CALLER = "ext:deadlines";

/** Passes the arguments of a function through another one, without being seen as its caller. */
const through: (register: Register, change: (args: unknown[]) => unknown[]) => Register =
  new Script("(register, change) => (...args) => register(...change(args))", {
    filename: NOT_A_CALLER,
  }).runInThisContext();

// A worker that a test starts has no tests.
if (Deno.test !== undefined) {
  const { test } = Deno;
  const limited = Object.assign(through(test, withDeadline), test);
  limited.only = through(test.only as Register, withDeadline);
  Object.defineProperty(Deno, "test", { value: limited, writable: true, configurable: true });
}

/** A test is a function, by itself or behind a name and options, or a member of its options. */
function withDeadline(args: unknown[]): unknown[] {
  return args.map((arg) => {
    if (typeof arg === "function") return limit(arg as Body);
    if (typeof arg !== "object" || arg === null || !("fn" in arg)) return arg;
    return { ...arg, fn: limit(arg.fn as Body) };
  });
}

function limit(body: Body): Body {
  const limited: Body = async (context) => {
    const { name, origin } = context;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new Error(`"${name}" has not ended within ${testDeadlineMs() / 1000} s`));
    }, testDeadlineMs());
    logTest("begun", name, origin);
    try {
      await Promise.race([body(context), late]);
    } finally {
      clearTimeout(timer);
      logTest("ended", name, origin);
    }
  };
  return Object.defineProperty(limited, "name", { value: body.name });
}
