import { assertEquals, assertThrows } from "@std/assert";
import { MultiportError } from "../../lib/multiport_error.ts";
import { type AnyListener, listenOn } from "../../lib/server/listen.ts";

function hostnames(listeners: readonly AnyListener[]): string[] {
  for (const listener of listeners) listener.close();
  return listeners.map(({ addr }) => addr.hostname);
}

Deno.test("listenOn() has one port on every address", () => {
  const listeners = listenOn(["127.0.0.1", "::1"], 0);
  assertEquals(new Set(listeners.map(({ addr }) => addr.port)).size, 1);
  assertEquals(hostnames(listeners), ["127.0.0.1", "::1"]);
});

Deno.test("listenOn() leaves out what the machine does not have, as long as something remains", () => {
  assertEquals(hostnames(listenOn(["203.0.113.1", "127.0.0.1"], 0)), ["127.0.0.1"]);
  assertThrows(
    () => listenOn(["203.0.113.1", "203.0.113.2"], 0),
    MultiportError,
    "203.0.113.1:0: this machine",
  );
});

Deno.test("listenOn() leaves out IPv4 where the wildcard of IPv6 has taken it along", () => {
  assertEquals(hostnames(listenOn(["::", "0.0.0.0"], 0))[0], "::");
});

Deno.test("listenOn() takes all addresses or none", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assertThrows(() => listenOn(["::1", "127.0.0.1"], port), MultiportError, `port ${port} is taken`);
  assertEquals(hostnames(listenOn(["::1"], port)), ["::1"]);
});
