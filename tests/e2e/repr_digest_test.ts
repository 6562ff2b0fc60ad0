import { createHash } from "node:crypto";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { executable } from "../../testing/program.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { WebServer } from "../../testing/web_server.ts";
import { sha256 } from "../client/content.ts";

const SIZE = 3 * MIB + 5;

/** A file, and what is in it. */
async function made(scratch: Scratch): Promise<{ file: string; content: Uint8Array<ArrayBuffer> }> {
  const file = await scratch.noise("film.mp4", SIZE);
  return { file, content: await Deno.readFile(file) };
}

/** A digest as header fields have it. */
function base64(algorithm: "sha256" | "sha512", content: Uint8Array): string {
  return createHash(algorithm).update(content).digest("base64");
}

/** What a server says of its file that tells its digest. */
function telling(content: Uint8Array): Record<string, string> {
  return {
    "Repr-Digest": `sha-256=:${base64("sha256", content)}:`,
    // That of the part that is sent, which says nothing of the whole (RFC 9530, section 2).
    "Content-Digest": `sha-256=:${base64("sha256", content.subarray(0, 1))}:`,
  };
}

Deno.test("mpclient lets the digests that web servers tell decide, and verifies the whole file by them", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  const other = content.slice();
  other[SIZE / 2 | 0] = 1 + (content[SIZE / 2 | 0] ?? 0);
  await using wrong = new WebServer(other, { fields: telling(other) });
  await using one = new WebServer(content, { fields: telling(content) });
  await using two = new WebServer(content, {
    fields: { Digest: `SHA-256=${base64("sha256", content)}` },
  });
  await using silent = new WebServer(content);
  const output = scratch.path("out");
  const urls = [wrong, one, two, silent].map((server) => server.url());
  await using client = new Client(output, urls);
  const { received, servers, sha256: found } = await client.finishes();
  assertEquals([received, servers[0]?.received], [SIZE, 0]);
  assertEquals(found, sha256(content));
  const notices = client.events.entries.flatMap((event) =>
    event.type === "notice" ? [event.message] : []
  );
  assert(notices.some((notice) => notice.startsWith(`Server1 (${wrong.url()}) has another file`)));
  assert(!notices.some((notice) => notice.includes("not verified")), notices.join("\n"));
  await assertSameContent(output, file);
});

Deno.test("mpclient accepts no file that has another digest than its server tells, and names it", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  const none = new Uint8Array(0);
  for (
    const [fields, label] of [
      [telling(none), "SHA-256"],
      [{ "Repr-Digest": `sha-512=:${base64("sha512", none)}:` }, "SHA-512"],
    ] as const
  ) {
    await using server = new WebServer(content, { fields });
    const output = scratch.path("out");
    await using client = new Client(output, [server.url()]);
    const message = await client.fails(5);
    assertStringIncludes(message, `Cannot accept ${output}: its ${label} is `);
    assertStringIncludes(message, `Server1 (${server.url()})`);
    assertEquals(await scratch.names(), ["film.mp4"]);
    await using piped = new Deno.Command(executable("mpclient"), {
      args: ["-o", "-", server.url()],
      cwd: scratch.folder,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { code, stderr } = await piped.output();
    assertEquals(code, 5);
    assertStringIncludes(new TextDecoder().decode(stderr), `Cannot vouch for what was written`);
    // Who does without verification gets what is sent.
    await using unverified = new Client(output, [server.url()], ["--no-verify"]);
    await unverified.finishes();
    await assertSameContent(output, file);
    await Deno.remove(output);
  }
});

Deno.test("mpclient verifies a file by SHA-512 where that is all that is told", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  const fields = { "Repr-Digest": `sha-512=:${base64("sha512", content)}:` };
  await using one = new WebServer(content, { fields });
  await using two = new WebServer(content, { fields });
  const output = scratch.path("out");
  await using client = new Client(output, [one.url(), two.url()]);
  await client.finishes();
  assert(!client.stdout.entries.join("\n").includes("not verified"));
  await assertSameContent(output, file);
});
