import { assertThrows } from "@std/assert";
import { requireDeno } from "../../tools/require_deno.ts";

Deno.test("requireDeno() passes the minimum and what is newer", () => {
  for (const version of ["2.5.0", "2.5.7", "2.10.0", "3.0.0-rc.1"]) requireDeno("2.5.0", version);
});

Deno.test("requireDeno() refuses what is older and says what to do", () => {
  assertThrows(() => requireDeno("2.5.0", "2.4.9"), Error, "deno upgrade");
  assertThrows(() => requireDeno("2.5.0", "1.46.3"), Error, "2.5.0 or newer");
});
