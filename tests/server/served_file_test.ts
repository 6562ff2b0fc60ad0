import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { MultiportError } from "../../lib/multiport_error.ts";
import { entityTag, identifyFile, settledIdentity } from "../../lib/server/served_file.ts";
import { FileChangedError, ServedFile } from "../../lib/server/served_file.ts";
import { randomBytes, temporaryFile } from "./temporary_file.ts";

Deno.test("identifyFile() refuses what cannot be served, and says why", async () => {
  await using file = await temporaryFile(randomBytes(10));
  const missing = assertThrows(() => identifyFile(file.path + "x"), MultiportError, "no such file");
  assertEquals(missing.code, "no-file");
  const folder = file.path.slice(0, file.path.lastIndexOf("/"));
  assertThrows(() => identifyFile(folder), MultiportError, "not a regular file");
  if (Deno.build.os !== "windows") {
    assertThrows(() => identifyFile("/dev/null"), MultiportError, "not a regular file");
  }
});

Deno.test("entityTag() is strong, and another one for every version", async () => {
  await using file = await temporaryFile(randomBytes(10));
  const before = entityTag(identifyFile(file.path));
  assert(/^"[0-9a-f]{32}"$/.test(before));
  assertEquals(entityTag(identifyFile(file.path)), before);
  file.change();
  assertNotEquals(entityTag(identifyFile(file.path)), before);
});

Deno.test("ServedFile.readAt() fills a buffer from any place", async () => {
  const content = randomBytes(1000);
  await using file = await temporaryFile(content);
  using served = new ServedFile(identifyFile(file.path));
  const buffer = new Uint8Array(100);
  for (const position of [900, 0, 17]) {
    served.readAt(position, buffer);
    assertEquals(buffer, content.slice(position, position + 100));
  }
});

Deno.test("ServedFile refuses to read from a file that was changed, for good", async () => {
  const content = randomBytes(1000);
  await using file = await temporaryFile(content);
  using served = new ServedFile(identifyFile(file.path));
  file.change();
  assertThrows(() => served.readAt(0, new Uint8Array(10)), FileChangedError);
  await Deno.writeFile(file.path, content);
  await Deno.utime(file.path, new Date(1e12), new Date(1e12));
  assertThrows(() => served.readAt(0, new Uint8Array(10)), FileChangedError);
  assertEquals(served.checkUnchanged(), false);
});

Deno.test("ServedFile refuses to read past the end of a file that became shorter", async () => {
  await using file = await temporaryFile(randomBytes(1000));
  using served = new ServedFile(identifyFile(file.path));
  await Deno.truncate(file.path, 500);
  await Deno.utime(file.path, new Date(1e12), new Date(1e12));
  assertThrows(() => served.readAt(450, new Uint8Array(100)), FileChangedError);
});

Deno.test("ServedFile.readAt() never returns without having filled the buffer", async () => {
  await using file = await temporaryFile(randomBytes(1000));
  using served = new ServedFile(identifyFile(file.path));
  assertThrows(() => served.readAt(950, new Uint8Array(100)), FileChangedError);
});

Deno.test("ServedFile.checkUnchanged() notices a file that was replaced or removed", async () => {
  await using file = await temporaryFile(randomBytes(1000));
  using replaced = new ServedFile(identifyFile(file.path));
  assertEquals(replaced.checkUnchanged(), true);
  await Deno.writeFile(file.path + ".new", randomBytes(1000));
  await Deno.utime(file.path + ".new", new Date(1e12), new Date(1e12));
  await Deno.rename(file.path + ".new", file.path);
  assertEquals(replaced.checkUnchanged(), false);

  using removed = new ServedFile(identifyFile(file.path));
  await Deno.remove(file.path);
  assertEquals(removed.checkUnchanged(), false);
});

Deno.test("ServedFile notices new content of the same size whose time was put back", async () => {
  const content = randomBytes(1000);
  await using file = await temporaryFile(content);
  const identity = await settledIdentity(file.path);
  using served = new ServedFile(identity);
  file.change();
  await Deno.utime(file.path, new Date(1e12), new Date(1e12));
  assertEquals(identifyFile(file.path).modifiedMs, identity.modifiedMs);
  assertThrows(() => served.readAt(0, new Uint8Array(10)), FileChangedError);
  assertEquals(served.checkUnchanged(), false);
  assertNotEquals(entityTag(identifyFile(file.path)), served.etag);
});

Deno.test("settledIdentity() is of the last version when the file changes meanwhile", async () => {
  await using file = await temporaryFile(randomBytes(10));
  const before = identifyFile(file.path);
  const settling = settledIdentity(file.path);
  await Deno.truncate(file.path, 5);
  assertEquals([before.size, (await settling).size], [10, 5]);
});
