import { assertEquals, assertThrows } from "@std/assert";
import { openAccess } from "../../lib/client/open_access.ts";
import { MultiportError } from "../../lib/multiport_error.ts";

const HTTP = new URL("http://a.example/f");
const HTTPS = new URL("https://a.example/f");

Deno.test("openAccess() reads certificates when something is reached over https, or a file of them was named", () => {
  const missing = "/no/such/file.pem";
  const open = (url: URL, options: { caStore?: string; ca?: string }) =>
    openAccess({ urls: [url], servers: [] }, options);
  const access = open(HTTP, { caStore: missing });
  assertEquals(access.endpoint(HTTP).port, 80);
  const why = `Cannot read certificates from ${missing}`;
  assertThrows(() => access.endpoint(HTTPS), MultiportError, why);
  assertThrows(() => open(HTTPS, { caStore: missing }), MultiportError, why);
  assertThrows(() => open(HTTP, { ca: missing }), MultiportError, why);
});
