import { assertEquals, assertThrows } from "@std/assert";
import { MultiportError } from "../../../lib/multiport_error.ts";
import { Allowlist, canonicalAddress } from "../../../lib/server/port/allowlist.ts";

Deno.test("Allowlist allows addresses and blocks of both families, and nobody else", () => {
  const allowlist = new Allowlist(["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"]);
  for (const address of ["127.0.0.1", "10.255.0.1", "::1", "fd12::1"]) {
    assertEquals(allowlist.allows(address), true, address);
  }
  for (const address of ["127.0.0.2", "11.0.0.1", "::2", "fe80::1", "0.0.0.1"]) {
    assertEquals(allowlist.allows(address), false, address);
  }
});

Deno.test("Allowlist takes IPv4 in IPv6 form for what it is, on both sides", () => {
  assertEquals(new Allowlist(["10.0.0.0/8"]).allows("::ffff:10.1.2.3"), true);
  assertEquals(new Allowlist(["::ffff:10.0.0.0/104"]).allows("10.1.2.3"), true);
  assertEquals(new Allowlist(["::ffff:10.0.0.0/104"]).allows("11.1.2.3"), false);
  assertEquals(new Allowlist(["::/0"]).allows("10.1.2.3"), false);
  const allIpv4 = new Allowlist(["::ffff:0:0/96"]);
  assertEquals([allIpv4.allows("10.1.2.3"), allIpv4.allows("::ffff:8.8.8.8")], [true, true]);
  assertEquals(allIpv4.allows("2001:db8::1"), false);
  assertEquals(allIpv4.arrivals, ["0.0.0.0"]);
  // A wider block is one of IPv6, in which no client of IPv4 is.
  const wider = new Allowlist(["::ffff:0:0/95"]);
  assertEquals([wider.allows("10.1.2.3"), wider.allows("::fffe:1:2")], [false, true]);
});

Deno.test("Allowlist allows everybody with `any`, and nobody when empty", () => {
  assertEquals(new Allowlist(["any"]).allows("2001:db8::1"), true);
  assertEquals(new Allowlist([]).allows("127.0.0.1"), false);
});

Deno.test("Allowlist refuses entries that are no addresses, and names them", () => {
  const refused = [
    "1",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "localhost",
    "",
    "1.2.3",
  ];
  for (const entry of refused) {
    const error = assertThrows(
      () => new Allowlist(["any", entry]),
      MultiportError,
      `Cannot allow ${entry}:`,
    );
    assertEquals(error.code, "usage");
  }
});

const ARRIVALS: readonly (readonly [string, string])[] = [
  ["127.0.0.1", "127.0.0.1"],
  ["127.0.0.0/8 ::1", "127.0.0.1 ::1"],
  ["::1", "::1"],
  ["10.0.0.5", "0.0.0.0"],
  ["126.0.0.0/7", "0.0.0.0"],
  ["127.0.0.1 10.0.0.0/8", "0.0.0.0"],
  ["10.0.0.0/8 ::1", "0.0.0.0 ::1"],
  ["::ffff:10.0.0.0/104", "0.0.0.0"],
  ["fd00::/8", "::"],
  ["::/127", "::"],
  ["fd00::/8 10.0.0.0/8", ":: 0.0.0.0"],
  ["127.0.0.1 fd00::/8", ":: 127.0.0.1"],
  ["any", ":: 0.0.0.0"],
];

for (const [allow, hostnames] of ARRIVALS) {
  Deno.test(`Allowlist.arrivals is ${hostnames} for ${allow}`, () => {
    assertEquals(new Allowlist(allow.split(" ")).arrivals, hostnames.split(" "));
  });
}

Deno.test("Allowlist takes a link-local address with its zone, which no client's address has", () => {
  const allowlist = new Allowlist(["fe80::1%eth0"]);
  assertEquals([allowlist.allows("fe80::1"), allowlist.allows("fe80::2")], [true, false]);
});

Deno.test("canonicalAddress() writes one client one way", () => {
  assertEquals(canonicalAddress("::ffff:10.1.2.3"), "10.1.2.3");
  assertEquals(canonicalAddress("0:0::1"), "::1");
});
