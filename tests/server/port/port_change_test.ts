import { assertEquals } from "@std/assert";
import { TestPort } from "./test_port.ts";
import { randomBytes } from "../temporary_file.ts";

const CONTENT = randomBytes(32 * 1024 * 1024);

Deno.test("Port refuses requests once the file was changed, and says so once", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=0-9" });
  const etag = (await client.answer()).headers.get("etag") ?? "";
  server.file.change();
  await client.ask(server.target);
  assertEquals((await client.answer()).status, 409);
  await client.ask(server.target, { "If-Match": etag });
  assertEquals((await client.answer()).status, 412);
  assertEquals(server.notices.length, 1);
  assertEquals(server.notices[0]?.startsWith("Server1 refuses requests: "), true);
});

Deno.test("Port cuts an answer short before any byte of a changed file goes out", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target);
  await client.head();
  await server.told("state", ({ state }) => state === "sending");
  server.port.service.pause();
  await server.told("figures");
  const changed = randomBytes(CONTENT.length);
  await Deno.writeFile(server.file.path, changed);
  server.port.service.resume();
  const received = await client.rest();
  assertEquals(received.length < CONTENT.length, true);
  assertEquals(received, CONTENT.slice(0, received.length));
  await server.told("notice");
});
