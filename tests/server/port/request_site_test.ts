import { assertEquals } from "@std/assert";
import { readRequestHead, type RequestHead } from "../../../lib/http/request_head.ts";
import { HostNames, isCrossSite } from "../../../lib/server/port/request_site.ts";

const RIGHT = ["", "127.0.0.1", "127.0.0.1:60000", "[::1]:60000", "localhost", "LOCALHOST.:60000"];
const WRONG = [
  "evil.example",
  "evil.example:60000",
  "localhost.evil.example",
  "1.2.3",
  "127.0.0.1.nip.io",
];

Deno.test("HostNames of a server on loopback include addresses and localhost", () => {
  const names = new HostNames([], true);
  for (const host of RIGHT) assertEquals(names.include(host), true, host);
  for (const host of WRONG) assertEquals(names.include(host), false, host);
});

Deno.test("HostNames include what was named, in any case, on loopback and elsewhere", () => {
  for (const isLocal of [true, false]) {
    const names = new HostNames(["Files.example"], isLocal);
    for (const host of [...RIGHT, "files.EXAMPLE.:80"]) {
      assertEquals(names.include(host), true, host);
    }
    for (const host of WRONG) assertEquals(names.include(host), false, host);
  }
});

Deno.test("HostNames include anything where others may connect and nothing was named", () => {
  assertEquals(new HostNames([], false).include("evil.example"), true);
});

function request(...fields: string[]): RequestHead {
  const text = ["GET / HTTP/1.1", "Host: 127.0.0.1:60000", ...fields, "", ""].join("\r\n");
  return readRequestHead(new TextEncoder().encode(text)) as RequestHead;
}

Deno.test("isCrossSite() tells what browsers fetch for pages of other sites", () => {
  assertEquals(isCrossSite(request()), false);
  assertEquals(isCrossSite(request("Sec-Fetch-Site: none")), false);
  assertEquals(isCrossSite(request("Sec-Fetch-Site: same-origin")), false);
  assertEquals(isCrossSite(request("Sec-Fetch-Site: same-site")), true);
  assertEquals(isCrossSite(request("Sec-Fetch-Site: cross-site")), true);
  assertEquals(isCrossSite(request("Origin: http://127.0.0.1:60000")), false);
  assertEquals(isCrossSite(request("Origin: http://evil.example")), true);
  assertEquals(isCrossSite(request("Origin: null")), true);
});
