import { assertEquals, assertThrows } from "@std/assert";
import { endpointOf, hostField, isIpAddress } from "../../../lib/http/client/endpoint.ts";

Deno.test("endpointOf() knows the ports of both schemes, and takes an IPv6 address out of its brackets", () => {
  const expected = [
    ["http://example.org/a", { scheme: "http", host: "example.org", port: 80 }],
    ["https://example.org/a", { scheme: "https", host: "example.org", port: 443 }],
    ["https://example.org:80/", { scheme: "https", host: "example.org", port: 80 }],
    ["http://[2001:db8::1]:7000/", { scheme: "http", host: "2001:db8::1", port: 7000 }],
  ] as const;
  for (const [url, endpoint] of expected) assertEquals(endpointOf(new URL(url)), endpoint);
  assertThrows(() => endpointOf(new URL("ftp://example.org/a")), TypeError, "ftp:");
});

Deno.test("hostField() leaves out a zone, and the scheme's own port", () => {
  const fields = [
    [{ scheme: "http", host: "example.org", port: 80 }, "example.org"],
    [{ scheme: "http", host: "example.org", port: 443 }, "example.org:443"],
    [{ scheme: "https", host: "example.org", port: 443 }, "example.org"],
    [{ scheme: "http", host: "::1", port: 7000 }, "[::1]:7000"],
    [{ scheme: "http", host: "fe80::1%eth0", port: 7000 }, "[fe80::1]:7000"],
    [{ scheme: "https", host: "fe80::1%2", port: 443 }, "[fe80::1]"],
  ] as const;
  for (const [endpoint, field] of fields) assertEquals(hostField(endpoint), field);
});

Deno.test("isIpAddress() tells addresses from names", () => {
  for (const address of ["127.0.0.1", "::1", "fe80::1%eth0"]) {
    assertEquals(isIpAddress(address), true);
  }
  for (const name of ["localhost", "1.example.org", "127.0.0.1.example.org"]) {
    assertEquals(isIpAddress(name), false);
  }
});
