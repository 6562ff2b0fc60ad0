import { assertEquals } from "@std/assert";
import { basic, proxyFor } from "../../../lib/http/client/proxy_rules.ts";

const proxy = new URL("http://proxy.example:3128");

Deno.test("proxyFor() uses the proxy of the scheme", () => {
  const settings = { http: new URL("http://h.example"), https: new URL("http://s.example:8080") };
  const hostFor = (url: string) => proxyFor(new URL(url), settings);
  assertEquals(hostFor("http://a.example/"), { host: "h.example", port: 80 });
  assertEquals(hostFor("https://a.example/"), { host: "s.example", port: 8080 });
  assertEquals(proxyFor(new URL("http://a.example/"), {}), undefined);
});

Deno.test("proxyFor() gives the proxy the name and password in its address", () => {
  const settings = { http: new URL("http://me:p%3Aw@proxy.example:3128") };
  assertEquals(proxyFor(new URL("http://a.example/"), settings), {
    host: "proxy.example",
    port: 3128,
    authorization: basic("me", "p:w"),
  });
  assertEquals(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  assertEquals(basic("ü", ""), "Basic w7w6");
});

Deno.test("proxyFor() leaves out names, what is under them, addresses and blocks", () => {
  const cases: [none: string, url: string, isLeftOut: boolean][] = [
    ["", "http://a.example/", false],
    ["*", "http://a.example/", true],
    ["a.example", "http://a.example/", true],
    ["a.example", "http://A.EXAMPLE./", true],
    ["a.example", "http://b.a.example/", true],
    [".a.example", "http://b.a.example/", true],
    [".a.example", "http://a.example/", true],
    ["*.a.example", "http://b.a.example/", true],
    ["a.example", "http://ba.example/", false],
    ["a.example", "http://a.example.org/", false],
    ["x.example, a.example ,y.example", "http://a.example/", true],
    ["a.example:8080", "http://a.example:8080/", true],
    ["a.example:8080", "http://a.example/", false],
    ["a.example:80", "http://a.example/", true],
    ["a.example:443", "https://a.example/", true],
    ["10.0.0.0/8", "http://10.1.2.3/", true],
    ["10.0.0.0/8", "http://11.1.2.3/", false],
    ["10.0.0.0/8", "http://10.example/", false],
    ["10.1.2.3", "http://10.1.2.3/", true],
    ["10.1.2.3:8000", "http://10.1.2.3:8000/", true],
    ["fd00::/8", "http://[fd00::1]/", true],
    ["::1", "http://[::1]:8000/", true],
    ["[::1]:8000", "http://[::1]:8000/", true],
    ["[::1]:8000", "http://[::1]:8001/", false],
    ["10.0.0.0/99", "http://10.1.2.3/", false],
    ["10.1", "http://10.1.2.3/", false],
    [",,", "http://a.example/", false],
  ];
  for (const [none, url, isLeftOut] of cases) {
    assertEquals(
      proxyFor(new URL(url), { http: proxy, https: proxy, none }) === undefined,
      isLeftOut,
      `${none} ${url}`,
    );
  }
});
