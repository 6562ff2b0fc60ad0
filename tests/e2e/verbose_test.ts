import { assert, assertEquals, assertMatch } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { runToStdout } from "../../testing/run_to_stdout.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { WebServer } from "../../testing/web_server.ts";

Deno.test("mpclient -v shows every request and answer on standard error, and no secret", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  const content = await Deno.readFile(file);
  await using target = new WebServer(content);
  const location = `${target.url("/target.mp4")}?signature=secret`;
  await using web = new WebServer(content, {
    instead: ({ url }) =>
      url.includes("moved")
        ? new Response(null, { status: 302, headers: { location, "set-cookie": "a=secret" } })
        : undefined,
  });
  await Deno.writeTextFile(scratch.path("token"), "secret");
  await using server = await Server.start([file], {
    at: 1,
    more: ["--token-file", scratch.path("token")],
  });
  const output = scratch.path("out");
  const signed = `${web.url().replace("//", "//me:secret@")}?key=secret`;
  await using client = new Client(output, [signed, web.url("/moved"), ...server.addresses], [
    ...["-v", "--token-file", scratch.path("token"), "--header", "X-Api-Key: secret"],
  ]);
  await client.finishes();
  await assertSameContent(output, file);
  const said = client.stderr.entries.join("\n");
  const [host] = server.addresses;
  assert(said.includes(`> GET ${web.url()}?… bytes=0-0`), said);
  assert(said.includes(`< 206 ${web.url()}?… bytes 0-0/${MIB}`), said);
  assert(said.includes(`< 302 ${web.url("/moved")}`), said);
  assert(said.includes(`→ ${target.url("/target.mp4")}?…`), said);
  assert(said.includes(`GET http://${host}/.multiport/info`), said);
  assertMatch(said, /^> Server\d GET \S+ bytes=\d+-\d+$/m);
  assertMatch(said, /^< Server\d 206 \S+ bytes \d+-\d+\/1048576/m);
  for (const text of [said, client.stdout.entries.join("\n")]) {
    assert(!/secret|bWU6c2VjcmV0/.test(text), text);
  }
});

Deno.test("mpclient -v puts nothing between the bytes of a file that goes to standard output", async () => {
  await using scratch = await Scratch.make();
  const content = new Uint8Array(1_000).fill(7);
  await using web = new WebServer(content);
  const { code, stdout, said } = await runToStdout(scratch.folder, ["-q", "-v", web.url()]);
  assertEquals([code, stdout], [0, content]);
  assertMatch(said, /^< Server1 206 \S+ bytes 0-999\/1000, 1000 bytes$/m);
});
