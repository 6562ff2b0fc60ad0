import { assertEquals } from "@std/assert";
import { formatAddress, ipFamily, isIpOrCidr, parseHost, splitHostPort } from "../lib/addresses.ts";

Deno.test("ipFamily() knows both families and nothing else", () => {
  for (const ip of ["0.0.0.0", "127.0.0.1", "255.255.255.255"]) assertEquals(ipFamily(ip), "IPv4");
  for (const ip of ["::", "::1", "fe80::1%eth0", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8"]) {
    assertEquals(ipFamily(ip), "IPv6");
  }
  for (const no of ["", "1.2.3", "256.1.1.1", "1.2.3.4.5", ":::", "g::1", "::1%", "localhost"]) {
    assertEquals(ipFamily(no), undefined, no);
  }
});

Deno.test("isIpOrCidr() takes prefixes up to the length of the address", () => {
  for (const yes of ["10.0.0.0/8", "10.0.0.0/32", "fd00::/8", "::/128", "10.1.2.3"]) {
    assertEquals(isIpOrCidr(yes), true, yes);
  }
  for (const no of ["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/-1", "x/8"]) {
    assertEquals(isIpOrCidr(no), false, no);
  }
});

Deno.test("parseHost() takes addresses, with brackets or without, and names", () => {
  assertEquals(parseHost("[::1]"), "::1");
  assertEquals(parseHost("::1"), "::1");
  assertEquals(parseHost("10.0.0.1"), "10.0.0.1");
  assertEquals(parseHost("a-b.example."), "a-b.example.");
  assertEquals(parseHost("xn--bcher-kva.example"), "xn--bcher-kva.example");
  for (
    const no of ["", "1.2.3.400", "60000", "a b", "http://a", "-a", "a..b", "[1.2.3.4]", "a/b"]
  ) {
    assertEquals(parseHost(no), undefined, no);
  }
  assertEquals(parseHost(`${"a.".repeat(127)}a`), undefined);
});

Deno.test("splitHostPort() cuts at the colon that starts the port", () => {
  assertEquals(splitHostPort("60000"), { port: "60000" });
  assertEquals(splitHostPort("localhost:60000"), { host: "localhost", port: "60000" });
  assertEquals(splitHostPort("[::1]:60000"), { host: "[::1]", port: "60000" });
  assertEquals(splitHostPort("::1:60000"), { host: "::1", port: "60000" });
  assertEquals(splitHostPort("[::1]"), { port: "[::1]" });
  assertEquals(splitHostPort(":60000"), { port: ":60000" });
});

Deno.test("formatAddress() puts IPv6 addresses in brackets", () => {
  assertEquals(formatAddress({ host: "::1", port: 1 }), "[::1]:1");
  assertEquals(formatAddress({ host: "a.example", port: 1 }), "a.example:1");
});
