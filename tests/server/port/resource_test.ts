import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { pathOf, resourceOf } from "../../../lib/server/port/resource.ts";

Deno.test("resourceOf() finds the file however its name is written", () => {
  assertEquals(resourceOf("/film.mp4", "film.mp4"), "content");
  assertEquals(resourceOf("/fil%6d.mp4?x=/../y", "film.mp4"), "content");
  assertEquals(resourceOf("/ein%20film%C3%BC.mp4", "ein filmü.mp4"), "content");
  assertEquals(resourceOf("/film\u00c3\u00bc.mp4", "filmü.mp4"), "content");
  assertEquals(resourceOf("/100%25.mp4", "100%.mp4"), "content");
});

Deno.test("resourceOf() finds everything that belongs to the file", () => {
  assertEquals(resourceOf("/", "f"), "root");
  assertEquals(resourceOf("/?x", "f"), "root");
  assertEquals(resourceOf("/f.meta4", "f"), "metalink");
  assertEquals(resourceOf("/.multiport/info", "f"), "info");
  assertEquals(resourceOf("/.multiport/events", "f"), "events");
  assertEquals(resourceOf("/f.meta4", "f.meta4"), "content");
  assertEquals(resourceOf("/f.meta4.meta4", "f.meta4"), "metalink");
});

Deno.test("resourceOf() finds nothing else", () => {
  const targets = [
    "/F",
    "/f/",
    "//f",
    "/./f",
    "/../f",
    "/%2e%2e/f",
    "/..%2ff",
    "/f%00",
    "/%2566",
    "\\f",
    "/\\f",
    "/f%",
    "/f%2",
    "/f%zz",
    "/%ff",
    "/%c0%af",
    "f",
    "*",
    "",
  ];
  for (const target of targets) assertEquals(resourceOf(target, "f"), undefined, target);
});

Deno.test("resourceOf() finds every name at the path that pathOf() gives it", () => {
  const names = fc.string({ unit: "binary", minLength: 1 })
    .filter((name) => !name.includes("/") && name.isWellFormed());
  fc.assert(fc.property(names, (name) => {
    assertEquals(resourceOf(pathOf(name), name), "content");
    assertEquals(/^\/[!-~]+$/.test(pathOf(name)), true);
  }));
});
