import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { isAtLeast, MINIMUM_DENO, requireDeno } from "../../tools/require_deno.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("requireDeno() passes the minimum and what is newer", () => {
  for (const version of [MINIMUM_DENO, "2.7.14", "2.8.2", "2.9.0", "2.10.0", "3.0.0-rc.1"]) {
    requireDeno(version);
  }
});

Deno.test("requireDeno() refuses what is older and says what to do", () => {
  assertThrows(() => requireDeno("2.7.8"), Error, "deno upgrade");
  assertThrows(() => requireDeno("2.4.99"), Error, `${MINIMUM_DENO} or newer`);
  assertThrows(() => requireDeno("1.46.3"), Error, `${MINIMUM_DENO} or newer`);
});

Deno.test("requireDeno() refuses a version that is broken and says why", () => {
  assertThrows(() => requireDeno("2.8.3"), Error, "denoland/deno#35292");
});

Deno.test("isAtLeast() compares number by number", () => {
  assertEquals(isAtLeast("2.8.0", "2.8.0"), true);
  assertEquals(isAtLeast("2.8.0", "2.10.0"), true);
  assertEquals(isAtLeast("2.8.9", "2.8.10"), true);
  assertEquals(isAtLeast("2.8.0", "3.0.0"), true);
  assertEquals(isAtLeast("2.8.1", "2.8.0"), false);
  assertEquals(isAtLeast("2.8.0", "1.46.3"), false);
});

Deno.test("what is promised is the oldest Deno that the tests run on", async () => {
  const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
  const tested = /^denos=\((.*)\)$/m.exec(await read(".ci/run"))?.[1]?.split(" ") ?? [];
  assert(tested.includes(MINIMUM_DENO), `.ci/run tests ${tested}`);
  assertStringIncludes(
    await read("README.md"),
    `[Deno](https://deno.com) ${MINIMUM_DENO} or later`,
  );
});
