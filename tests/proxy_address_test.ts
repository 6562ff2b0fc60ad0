import { assertEquals } from "@std/assert";
import { parseProxy } from "../lib/proxy_address.ts";

Deno.test("parseProxy() takes the address of an HTTP proxy, with or without a scheme", () => {
  for (
    const [text, url] of [
      ["http://p.example:3128", "http://p.example:3128/"],
      ["p.example:3128", "http://p.example:3128/"],
      ["p.example", "http://p.example/"],
      ["[::1]:8080", "http://[::1]:8080/"],
      ["http://me:secret@p.example", "http://me:secret@p.example/"],
      ["me:secret@p.example:3128", "http://me:secret@p.example:3128/"],
      ["", undefined],
      ["::1:8080", undefined],
      ["p.example:port", undefined],
      ["socks5://p.example:1080", undefined],
      ["https://p.example", undefined],
    ]
  ) {
    assertEquals(parseProxy(text ?? "")?.href, url);
  }
});
