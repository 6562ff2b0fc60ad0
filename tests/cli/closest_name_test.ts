import { assertEquals } from "@std/assert";
import { closestName } from "../../lib/cli/closest_name.ts";

const NAMES = ["ports", "output", "stall-timeout", "no-resume"];

Deno.test("closestName() finds a name with one or two letters wrong", () => {
  assertEquals(closestName("prots", NAMES), "ports");
  assertEquals(closestName("no-resumee", NAMES), "no-resume");
  assertEquals(closestName("OUTPUT", NAMES), "output");
});

Deno.test("closestName() finds a name that was only begun", () => {
  assertEquals(closestName("stall", NAMES), "stall-timeout");
});

Deno.test("closestName() finds nothing when the likeness is accidental", () => {
  assertEquals(closestName("verify", NAMES), undefined);
  assertEquals(closestName("x", NAMES), undefined);
  assertEquals(closestName("", NAMES), undefined);
});
