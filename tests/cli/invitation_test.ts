import { assertEquals } from "@std/assert";
import { invitation } from "../../lib/cli/invitation.ts";

function invite(host: string, ports: readonly number[], allow?: readonly string[]): string[] {
  const isLocal = allow === undefined || allow[0] === "::1";
  const all = ports.map((port, at) => ({
    index: at + 1,
    address: `${host}:${port}`,
    name: "oned.mp4",
    url: `http://${host}:${port}/oned.mp4`,
  }));
  return invitation(allow, { all, isLocal }).slice(0, 2);
}

Deno.test("invitation() has a command to paste, and says that nobody else may connect", () => {
  assertEquals(invite("127.0.0.1", [60000, 60002, 60003, 60004, 60010]), [
    "Fetch it with: mpclient -p 60000 60002-60004 60010",
    "For this machine only: -a ADDR lets others in, -a any everybody",
  ]);
});

Deno.test("invitation() says who may connect, and where to", () => {
  assertEquals(invite("0.0.0.0", [7000], ["10.0.0.0/8", "::1"]), [
    "Fetch it with: mpclient -a HOST -p 7000",
    "Open to 10.0.0.0/8, ::1",
  ]);
  assertEquals(invite("[::]", [7000], ["any"]), [
    "Fetch it with: mpclient -a HOST -p 7000",
    "Open to everybody",
  ]);
  assertEquals(
    invite("10.0.0.5", [7000, 7001], ["10.0.0.0/8"])[0],
    "Fetch it with: mpclient -a 10.0.0.5 -p 7000 7001",
  );
  assertEquals(invite("[::1]", [7000], ["::1"])[0], "Fetch it with: mpclient -a [::1] -p 7000");
});

Deno.test("invitation() has a URL to paste where servers speak HTTPS", () => {
  const url = "https://[::]:60000/a%20film.mp4";
  const all = [{ index: 1, address: "[::]:60000", name: "a film.mp4", url }];
  const [line] = invitation(["any"], { all, isLocal: false });
  assertEquals(line, "Fetch it with: mpclient https://HOST:60000/a%20film.mp4");
});
