import { assertEquals } from "@std/assert";
import { settingsOf } from "../../lib/client/download_settings.ts";

const PROXIES = { http: "http://proxy.example:3128", none: "h.example" };

Deno.test("settingsOf() has what a Metalink lists go through proxies, too", async () => {
  const { access } = await settingsOf({ metalinks: ["f.meta4"], proxies: PROXIES });
  const proxyOf = (url: string) => access?.endpoint(new URL(url)).proxy?.host;
  assertEquals(proxyOf("http://mirror.example/f"), "proxy.example");
  assertEquals(proxyOf("http://h.example/f"), undefined);
});

Deno.test("settingsOf() reaches ports directly where nothing else was asked for", async () => {
  const { access, servers } = await settingsOf({ servers: ["[::1]:60000"], proxies: PROXIES });
  assertEquals([access, servers], [undefined, [{ host: "::1", port: 60000 }]]);
});

Deno.test("settingsOf() has credentials for servers and URLs that were named", async () => {
  const { access } = await settingsOf({
    servers: ["127.0.0.1:60000"],
    urls: ["https://h.example/f#page"],
    token: "t",
  });
  const authorizationOf = (url: string) => access?.fields(new URL(url)).Authorization;
  assertEquals(authorizationOf("http://127.0.0.1:60000/"), "Bearer t");
  assertEquals(authorizationOf("https://h.example/other"), "Bearer t");
  assertEquals(authorizationOf("https://other.example/f"), undefined);
});
