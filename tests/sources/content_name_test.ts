import { assertEquals } from "@std/assert";
import { contentName } from "../../lib/sources/content_name.ts";

const URLS = ["https://a.example/pub/f%20g.iso?x=1", "https://b.example/"].map((url) =>
  new URL(url)
);

Deno.test("contentName() is what the server says, in any of the ways of RFC 6266", () => {
  const said: [disposition: string, name: string][] = [
    ['attachment; filename="a b.iso"', "a b.iso"],
    ["attachment; filename=a.iso", "a.iso"],
    ["attachment; filename*=UTF-8''na%C3%AFve.iso", "naïve.iso"],
    ["attachment; filename=fallback; filename*=UTF-8''%e2%82%ac.iso", "€.iso"],
    ['inline; filename="../../etc/passwd"', "passwd"],
    ['attachment; filename="C:\\\\Windows\\\\a.iso"', "a.iso"],
  ];
  for (const [disposition, name] of said) assertEquals(contentName(disposition, URLS), name);
});

Deno.test("contentName() is the last segment of the address where the server says nothing of use", () => {
  const useless = [undefined, "attachment", 'inline; filename=""', 'x; filename=".."', ";;;", "="];
  for (const disposition of useless) assertEquals(contentName(disposition, URLS), "f g.iso");
});

Deno.test("contentName() takes the next address where the first one ends in nothing, or the host", () => {
  const [named, bare] = URLS as [URL, URL];
  assertEquals(contentName(undefined, [bare, named]), "f g.iso");
  assertEquals(contentName(undefined, [bare]), "b.example");
  assertEquals(contentName(undefined, [new URL("http://a/%zz")]), "%zz");
  assertEquals(contentName(undefined, [new URL("http://a/x%2fy")]), "y");
});
