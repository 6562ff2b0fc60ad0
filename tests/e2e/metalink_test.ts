import { createHash } from "node:crypto";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { Program } from "../../testing/program.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { WebServer } from "../../testing/web_server.ts";

const SIZE = 6 * MIB + 5;

/** Bytes in a piece; no power of two. */
const LENGTH = 300_000;

/** A file, and what is in it. */
async function made(
  scratch: Scratch,
  name = "film.mp4",
  size = SIZE,
): Promise<{ file: string; content: Uint8Array<ArrayBuffer> }> {
  const file = await scratch.noise(name, size);
  return { file, content: await Deno.readFile(file) };
}

type Algorithm = "md5" | "sha1" | "sha256" | "sha512";
const TYPES = { md5: "md5", sha1: "sha-1", sha256: "sha-256", sha512: "sha-512" };

function hash(algorithm: Algorithm, content: Uint8Array): string {
  const digest = createHash(algorithm).update(content).digest("hex");
  return `<hash type="${TYPES[algorithm]}">${digest}</hash>`;
}

function pieces(algorithm: Algorithm, content: Uint8Array): string {
  const digests: string[] = [];
  for (let at = 0; at < content.length; at += LENGTH) {
    const piece = content.subarray(at, at + LENGTH);
    digests.push(`<hash>${createHash(algorithm).update(piece).digest("hex")}</hash>`);
  }
  return `<pieces length="${LENGTH}" type="${TYPES[algorithm]}">${digests.join("")}</pieces>`;
}

function file(name: string, more: string, urls: readonly string[]): string {
  const listed = urls.map((url, at) => `<url priority="${at + 1}">${url}</url>`).join("");
  return `<file name="${name}">${more}${listed}</file>`;
}

async function metalink(scratch: Scratch, ...files: string[]): Promise<string> {
  const path = scratch.path("film.meta4");
  await Deno.writeTextFile(
    path,
    `<metalink xmlns="urn:ietf:params:xml:ns:metalink">${files.join("")}</metalink>`,
  );
  return path;
}

function noticesOf(client: Client): string[] {
  return client.events.entries.flatMap((event) => event.type === "notice" ? [event.message] : []);
}

Deno.test("mpclient verifies pieces by a Metalink of any length and digest, and fetches wrong ones elsewhere", async () => {
  await using scratch = await Scratch.make();
  const { file: original, content } = await made(scratch);
  const wrong = content.slice();
  for (let at = 0; at < SIZE; at += LENGTH) wrong[at] = 255 - (content[at] ?? 0);
  for (const algorithm of ["sha256", "sha1"] as const) {
    await using bad = new WebServer(wrong);
    await using good = new WebServer(content);
    const urls = [bad.url(), good.url()];
    // Samples would be one against one; the digests decide.
    const size = `<size>${SIZE}</size>`;
    const path = await metalink(scratch, file("a.mp4", size + pieces(algorithm, content), urls));
    const output = scratch.path(`out-${algorithm}`);
    await using client = new Client(output, [], [path]);
    await client.finishes();
    await assertSameContent(output, original);
    const said = noticesOf(client).join("\n");
    assertEquals(said.includes("Verified by SHA-1 only"), algorithm === "sha1", said);
  }
});

Deno.test("mpclient finds the mirror that sends wrong pieces by a Metalink's digests, and drops it", async () => {
  await using scratch = await Scratch.make();
  const { file: original, content } = await made(scratch);
  await using bad = new WebServer(content.map((byte) => byte ^ 1));
  await using good = new WebServer(content);
  const path = await metalink(
    scratch,
    file("a.mp4", pieces("sha256", content), [bad.url(), good.url()]),
  );
  const output = scratch.path("out");
  await using client = new Client(output, [], [path]);
  const { servers } = await client.finishes();
  await assertSameContent(output, original);
  assertEquals(servers[0]?.state, "failed");
  const failed = client.events.entries.find((event) =>
    event.type === "server" && event.index === 1 && event.state === "failed"
  );
  assert(failed?.type === "server");
  assertStringIncludes(failed.reason ?? "", "wrong pieces");
});

Deno.test("mpclient uses the strongest digest that a Metalink has, and says which protect from nobody", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch, "film.mp4", MIB);
  await using server = new WebServer(content);
  const none = new Uint8Array(0);
  const cases: [hashes: string, isRight: boolean, said: string][] = [
    [hash("md5", content), true, "Verified by MD5 only"],
    [hash("sha1", content), true, "Verified by SHA-1 only"],
    [hash("sha512", content), true, ""],
    [hash("md5", none), false, "MD5"],
    [hash("sha1", none) + hash("md5", content), false, "SHA-1"],
    [hash("sha512", none) + hash("sha1", content), false, "SHA-512"],
    [hash("sha512", none) + hash("sha256", content), true, ""],
  ];
  for (const [at, [hashes, isRight, said]] of cases.entries()) {
    const path = await metalink(scratch, file("a.mp4", hashes, [server.url()]));
    await using client = new Client(scratch.path(`out${at}`), [], [path]);
    if (isRight) {
      await client.finishes();
      assertStringIncludes(noticesOf(client).join("\n"), said);
      if (said === "") assertEquals(noticesOf(client), []);
    } else assertStringIncludes(await client.fails(5), `its ${said} is`);
  }
});

Deno.test("mpclient takes no mirror with another size than a Metalink says", async () => {
  await using scratch = await Scratch.make();
  const { file: original, content } = await made(scratch, "film.mp4", MIB);
  await using long = new WebServer(new Uint8Array(2 * MIB));
  await using longer = new WebServer(new Uint8Array(2 * MIB));
  await using right = new WebServer(content);
  const urls = [long.url(), longer.url(), right.url()];
  const path = await metalink(scratch, file("a.mp4", `<size>${MIB}</size>`, urls));
  const output = scratch.path("out");
  await using client = new Client(output, [], [path]);
  const { servers } = await client.finishes();
  assertEquals(servers.map(({ received }) => received), [0, 0, MIB]);
  await assertSameContent(output, original);
  const other = await metalink(scratch, file("a.mp4", `<size>7</size>`, urls));
  await using none = new Client(scratch.path("none"), [], [other]);
  assertStringIncludes(await none.fails(5), "no server has a file of 7 bytes");
});

Deno.test("mpclient fetches all files of a Metalink, one after the other, whatever becomes of one", async () => {
  await using scratch = await Scratch.make();
  const { file: one, content } = await made(scratch, "one", MIB);
  const { file: two, content: second } = await made(scratch, "two", MIB + 1);
  await using server = new WebServer(content);
  await using other = new WebServer(second);
  const path = await metalink(
    scratch,
    file("../up/a.bin", hash("sha256", content), [server.url()]),
    file("wrong.bin", hash("sha256", new Uint8Array(0)), [server.url()]),
    file("nowhere.bin", "", ["ftp://user:secret@host.example/f"]),
    file("b.bin", "<size>1048577</size>", [other.url(), "ftp://user:secret@host.example/f"]),
  );
  const folder = scratch.path("all");
  const args = [path, "-d", folder, "--json", "-i", "0.1"];
  await using client = new Program<{ readonly type: string }>("mpclient", args, { stdin: "null" });
  await client.exits(5);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assertEquals(names, ["_._up_a.bin", "b.bin"]);
  await assertSameContent(`${folder}/_._up_a.bin`, one);
  await assertSameContent(`${folder}/b.bin`, two);
  const said = client.stdout.entries.join("\n");
  assertEquals(client.events.entries.filter(({ type }) => type === "done").length, 2);
  assertStringIncludes(said, "2 of 4 files failed, the first one: Cannot accept");
  assertStringIncludes(said, "nowhere.bin: Cannot fetch nowhere.bin");
  assertStringIncludes(
    said,
    "Left out of the Metalink, as only http and https are known: ftp://host",
  );
  assert(!said.includes("secret"));
  for (const output of [scratch.path("single"), "-"]) {
    await using single = new Client(output, [], [path]);
    assertStringIncludes(
      await failure(single),
      "Cannot write 4 files to one output: name a folder",
    );
  }
});

Deno.test("mpclient holds other sources to what a Metalink says that is named beside them", async () => {
  await using scratch = await Scratch.make();
  const { file: original, content } = await made(scratch);
  await using right = new WebServer(content);
  await using wrong = new WebServer(content.map((byte) => 255 - byte));
  const says = (bytes: Uint8Array) => file("a.mp4", hash("sha256", bytes), [right.url()]);
  const path = await metalink(scratch, says(content));
  await using client = new Client(scratch.path("out"), [], [wrong.url(), path]);
  const { sha256 } = await client.finishes();
  assertEquals(sha256, createHash("sha256").update(content).digest("hex"));
  await assertSameContent(scratch.path("out"), original);

  const second = scratch.path("second.meta4");
  await Deno.copyFile(path, second);
  await using agreeing = new Client(scratch.path("agreed"), [], [path, second]);
  assertEquals((await agreeing.finishes()).sha256, sha256);
  await metalink(scratch, says(content.subarray(1)));
  await using torn = new Client(scratch.path("torn"), [], [path, second]);
  assertStringIncludes(await torn.fails(5), "the Metalinks say different things of the file");
});

Deno.test("mpclient calls a file as its source does where a Metalink has no name for it", async () => {
  await using scratch = await Scratch.make();
  const { file: original, content } = await made(scratch, "film.mp4", 9);
  await using server = new WebServer(content);
  const path = await metalink(scratch, file("", hash("sha256", content), [server.url("/a.mp4")]));
  const folder = scratch.path("new/");
  await using client = new Client(folder, [], [path]);
  await client.finishes();
  await assertSameContent(`${folder}a.mp4`, original);
});

Deno.test("mpclient advises no --output where two files of a Metalink have one name", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch, "film.mp4", 9);
  await using server = new WebServer(content);
  const other = content.map((byte) => 255 - byte);
  await using differing = new WebServer(other);
  const one = file("a.mp4", hash("sha256", content), [server.url("/1")]);
  const path = await metalink(
    scratch,
    one,
    file("a.mp4", hash("sha256", other), [differing.url("/2")]),
  );
  const args = [path, "-d", scratch.path("new"), "--json"];
  await using client = new Program<{ readonly type: string }>("mpclient", args, { stdin: "null" });
  await client.exits(4);
  const said = client.stdout.entries.join("\n");
  assertStringIncludes(said, "it exists already; move it away or write somewhere else");
  assert(!said.includes("-o"), said);
});

Deno.test("mpclient --dry-run says of each file of a Metalink what there is", async () => {
  await using scratch = await Scratch.make();
  await using one = new WebServer(new Uint8Array(1_000));
  await using two = new WebServer(new Uint8Array(2_000));
  const digest = "a".repeat(64);
  const listed = [
    file("a.bin", "", [one.url()]),
    file("nowhere.bin", "", ["ftp://user:secret@host.example/f"]),
    file("b.bin", `<size>2000</size><hash type="sha-256">${digest}</hash>`, [two.url()]),
  ];
  const path = await metalink(scratch, ...listed);
  const args = [path, "--dry-run", "-d", scratch.path("all")];
  await using client = new Program("mpclient", args, { stdin: "null" });
  await client.exits(3);
  const said = [...client.stdout.entries, ...client.stderr.entries].join("\n");
  const all = scratch.path("all");
  assertStringIncludes(said, `: 1000 bytes would go to ${all}/a.bin`);
  assertStringIncludes(said, `: 2.0 KiB (2000 bytes) would go to ${all}/b.bin`);
  for (const [size, server] of [[1_000, one], [2_000, two]] as const) {
    assertStringIncludes(said, `  Server1 ${server.url()}  up, ${size} bytes`);
  }
  assertStringIncludes(said, "  sha-256 not known yet");
  assertStringIncludes(said, `  sha-256 ${digest}`);
  assertStringIncludes(said, "1 of 3 files failed, the first one: Cannot fetch nowhere.bin");
  assert(!said.includes("secret"));
});

/** What a client says at its end, which has to be that of a wrong command line. */
async function failure(client: Client): Promise<string> {
  await client.exits(2);
  return [...client.stdout.entries, ...client.stderr.entries].join("\n");
}
