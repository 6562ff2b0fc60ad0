import { assertEquals } from "@std/assert";
import { parseLinks } from "../../../lib/http/client/link_header.ts";

Deno.test("parseLinks() reads targets, relations and types, however they are written", () => {
  const links = parseLinks(
    '</f%20a.meta4>; rel=describedby; type="application/metalink4+xml", ' +
      '<http://b.example/f?a=1,2;3> ; REL="Duplicate  other" ; pri=1; geo=de,<c>;rel=next;rel=duplicate',
  );
  assertEquals(links, [
    { target: "/f%20a.meta4", rels: ["describedby"], type: "application/metalink4+xml" },
    { target: "http://b.example/f?a=1,2;3", rels: ["duplicate", "other"], type: undefined },
    { target: "c", rels: ["next"], type: undefined },
  ]);
});

Deno.test("parseLinks() takes quoted values for what they are", () => {
  const [link] = parseLinks('<a>; title="x; rel=duplicate, <b>; rel=next \\" "; rel="describedby"');
  assertEquals(link, { target: "a", rels: ["describedby"], type: undefined });
});

Deno.test("parseLinks() leaves out what is malformed, in little time", () => {
  for (const text of ["", "nonsense", "<a", "a>; rel=next", ";;;,,,"]) {
    assertEquals(parseLinks(text), []);
  }
  parseLinks("<a>" + "; a".repeat(5_000) + ' ;"');
  parseLinks("<a>;" + " ".repeat(20_000) + "=");
});
