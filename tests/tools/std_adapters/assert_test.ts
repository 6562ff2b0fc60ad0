import * as std from "@std/assert";

// A failed assertion cannot be asserted by the same means: these tests judge by hand.
function fails(fn: () => unknown): void {
  try {
    fn();
  } catch (error) {
    if (error instanceof std.AssertionError) return;
    throw error;
  }
  throw new Error("the assertion passed");
}

async function rejects(fn: () => Promise<unknown>): Promise<void> {
  const error = await fn().then(() => undefined, (reason) => reason);
  if (!(error instanceof std.AssertionError)) throw new Error(`got ${error}`);
}

Deno.test("assert() passes what is truthy and fails with its message", () => {
  std.assert(1);
  fails(() => std.assert(""));
  const error = std.assertThrows(() => std.assert(0, "zero"), std.AssertionError, "zero");
  std.assertEquals(error.name, "AssertionError");
});

Deno.test("assertEquals() compares deeply and strictly", () => {
  std.assertEquals({ a: [1, new Map([["b", 2]])] }, { a: [1, new Map([["b", 2]])] });
  std.assertEquals(new Uint8Array([1, 2]), new Uint8Array([1, 2]));
  std.assertEquals(NaN, NaN);
  std.assertEquals(new Date(1), new Date(1));
  fails(() => std.assertEquals<unknown>(1, "1"));
  fails(() => std.assertEquals<unknown>({ a: 1 }, { a: 1, b: undefined }));
  fails(() => std.assertEquals<unknown>([1], { 0: 1 }));
  fails(() => std.assertEquals(new URL("http://a"), new URL("http://b")));
});

Deno.test("assertNotEquals() passes where assertEquals() fails", () => {
  std.assertNotEquals({ a: 1 }, { a: 2 });
  fails(() => std.assertNotEquals({ a: 1 }, { a: 1 }));
});

Deno.test("assertStrictEquals() wants the very same value", () => {
  std.assertStrictEquals(1, 1);
  fails(() => std.assertStrictEquals({}, {}));
});

Deno.test("assertAlmostEquals() allows the tolerance", () => {
  std.assertAlmostEquals(0.1 + 0.2, 0.3);
  std.assertAlmostEquals(1, 1.05, 0.1);
  fails(() => std.assertAlmostEquals(1, 1.05));
});

Deno.test("assertGreater() and its kin compare", () => {
  std.assertGreater(2, 1);
  std.assertLess(1n, 2n);
  fails(() => std.assertGreater(1, 1));
  fails(() => std.assertLess(1, 1));
});

Deno.test("assertStringIncludes() and assertMatch() look at what is there", () => {
  std.assertStringIncludes("a needle", "needle");
  std.assertMatch("port 60000", /\d{5}$/);
  fails(() => std.assertStringIncludes("hay", "needle"));
  fails(() => std.assertMatch("port", /\d/));
});

Deno.test("assertThrows() returns the error and looks at its class and message", () => {
  const thrower = () => {
    throw new RangeError("past the end");
  };
  const error = std.assertThrows(thrower, RangeError, "the end");
  std.assertEquals(error.message, "past the end");
  std.assertThrows(thrower);
  fails(() => std.assertThrows(thrower, TypeError));
  fails(() => std.assertThrows(thrower, RangeError, "the start"));
  fails(() => std.assertThrows(() => {}));
});

Deno.test("assertRejects() resolves to the error and looks at its class and message", async () => {
  const rejecter = () => Promise.reject(new RangeError("past the end"));
  const error = await std.assertRejects(rejecter, RangeError, "the end");
  std.assertEquals(error.message, "past the end");
  await rejects(() => std.assertRejects(rejecter, TypeError));
  await rejects(() => std.assertRejects(() => Promise.resolve()));
  await rejects(() =>
    std.assertRejects(() => {
      throw new Error("not a rejection");
    })
  );
});

Deno.test("fail() and unreachable() always fail", () => {
  fails(() => std.fail("so"));
  fails(() => std.unreachable());
});
