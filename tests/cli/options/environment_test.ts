import { assertEquals, assertThrows } from "@std/assert";
import { proxiesIn } from "../../../lib/cli/options/environment.ts";
import { MultiportError } from "../../../lib/multiport_error.ts";

function proxies(variables: Readonly<Record<string, string>>, proxy?: URL) {
  const { http, https, none } = proxiesIn({ env: (name) => variables[name] }, proxy);
  return [http, https, none].map((each) => each === undefined ? undefined : String(each));
}

Deno.test("proxiesIn() takes the variable for the scheme, or else the one for all", () => {
  assertEquals(proxies({}), [undefined, undefined, undefined]);
  assertEquals(proxies({ http_proxy: "", HTTP_PROXY: "a:1", ALL_PROXY: "b:2", no_proxy: "h" }), [
    "http://a:1/",
    "http://b:2/",
    "h",
  ]);
});

Deno.test("proxiesIn() names the variable that is no HTTP proxy, but not what is in it", () => {
  const variables = { ALL_PROXY: "socks5://me:secret@p:1" };
  const { code, message } = assertThrows(() => proxies(variables), MultiportError);
  assertEquals([code, message.includes("secret")], ["usage", false]);
  assertEquals(message, "Cannot use ALL_PROXY: it takes an HTTP proxy: http://HOST:PORT");
});

Deno.test("proxiesIn() does not look at variables whose place another proxy takes", () => {
  const variables = { ALL_PROXY: "socks5://p:1", NO_PROXY: "h" };
  const given = new URL("http://mine:3128");
  assertEquals(proxies(variables, given), [given.href, given.href, "h"]);
});
