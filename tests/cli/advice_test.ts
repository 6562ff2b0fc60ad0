import { assertEquals } from "@std/assert";
import { adviseOnError, adviseOnNotice, adviseOnReason } from "../../lib/cli/advice.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { LostError } from "../../lib/sources/lost_error.ts";

Deno.test("adviseOnError() says what to do about an error, by its code", () => {
  const advised = (code: ConstructorParameters<typeof MultiportError>[0]) =>
    adviseOnError(new MultiportError(code, "Cannot do it: why"));
  assertEquals(advised("exists"), "Cannot do it: why; use --force to replace it");
  assertEquals(advised("exists-unnamed"), "Cannot do it: why; name it with -o to replace it");
  assertEquals(advised("local"), "Cannot do it: why");
});

Deno.test("adviseOnError() says behind each server what to do about it", () => {
  const cause = new AggregateError([
    new LostError("it wants a token", true, { fault: "token" }),
    new LostError("reset"),
    new LostError("nobody is trusted", true, { fault: "certificate" }),
  ]);
  const message = "Cannot start: a (it wants a token), b (reset), c (nobody is trusted)";
  assertEquals(
    adviseOnError(new MultiportError("unreachable", message, { cause })),
    "Cannot start: a (it wants a token: --token-file or MULTIPORT_TOKEN), b (reset), " +
      "c (nobody is trusted; name whom you trust with --ca FILE)",
  );
});

Deno.test("adviseOnReason() and adviseOnNotice() say nothing more where nothing can be done", () => {
  assertEquals(adviseOnReason("reset", undefined), "reset");
  assertEquals(adviseOnNotice({ message: "Piece 1 is wrong" }), "Piece 1 is wrong");
  const notice = { message: "turned 10.0.0.1 away", about: "turned-away", client: "10.0.0.1" };
  assertEquals(
    adviseOnNotice({ ...notice, about: "turned-away" }),
    "turned 10.0.0.1 away; allow it with -a 10.0.0.1",
  );
});
