import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { TestServers } from "./test_servers.ts";
import { randomBytes, temporaryFile } from "./temporary_file.ts";

const CONTENT = randomBytes(5 * 1024 * 1024 + 11);
const NAME = "größe <100%> maß.mp4";
const PATH = `/${encodeURIComponent(NAME)}`;

/** Whether a program is there to be tested with. */
function isMissing(program: string): boolean {
  try {
    new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return false;
  } catch {
    return true;
  }
}

async function run(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, `${program}: ${text}${new TextDecoder().decode(stderr)}`);
  return text;
}

async function withServers(test: (servers: TestServers, folder: string) => Promise<void>) {
  await using file = await temporaryFile(CONTENT, NAME);
  await using servers = await TestServers.start({ files: [file.path], ports: [0, 0, 0, 0] });
  const folder = await Deno.makeTempDir({ prefix: "multiport-test-" });
  try {
    await test(servers, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "curl downloads from a port, follows its redirect and resumes",
  ignore: isMissing("curl"),
  fn: () =>
    withServers(async (servers, folder) => {
      const path = join(folder, "copy");
      await Deno.writeFile(path, CONTENT.slice(0, 1_000_000));
      await run("curl", "-sS", "--fail", "-C", "-", "-o", path, servers.url(1, PATH));
      assertEquals(await Deno.readFile(path), CONTENT);
      await run("curl", "-sS", "--fail", "-L", "-o", path, servers.url(2, "/"));
      assertEquals(await Deno.readFile(path), CONTENT);
      // A name as somebody types it, without percent signs for what is not ASCII.
      await run(
        "curl",
        "-sS",
        "--fail",
        "-g",
        "-o",
        path,
        servers.url(2, "/größe%20<100%25>%20maß.mp4"),
      );
      assertEquals(await Deno.readFile(path), CONTENT);
    }),
});

Deno.test({
  name: "curl is told what it may not do",
  ignore: isMissing("curl"),
  fn: () =>
    withServers(async (servers) => {
      const status = (...args: string[]) =>
        run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--path-as-is", ...args);
      assertEquals(await status("-d", "x=y", servers.url(1, PATH)), "405");
      assertEquals(await status("-T", "/dev/null", servers.url(1, PATH)), "405");
      assertEquals(await status(servers.url(1, "/../../etc/passwd")), "404");
      assertEquals(await status("--http1.0", servers.url(1, PATH)), "200");
      assertEquals(await status("-I", servers.url(1, PATH)), "200");
      assertEquals(await status("-r", "1-2,4-5", servers.url(1, PATH)), "200");
      assertEquals(await status("-r", "99999999-", servers.url(1, PATH)), "416");
    }),
});

Deno.test({
  name: "wget downloads from a port, and does not download again what it has",
  ignore: isMissing("wget"),
  fn: () =>
    withServers(async (servers, folder) => {
      const args = ["-q", "-N", "-P", folder, servers.url(3, PATH)];
      await run("wget", ...args);
      assertEquals(await Deno.readFile(join(folder, NAME)), CONTENT);
      await run("wget", ...args);
      await servers.told(({ type }) => type === "served");
      const sent = servers.events.flatMap((event) => event.type === "served" ? [event.bytes] : []);
      assertEquals(sent, [CONTENT.length]);
    }),
});

Deno.test({
  name: "aria2c downloads from all ports with the metalink, and checks every piece",
  ignore: isMissing("aria2c"),
  fn: () =>
    withServers(async (servers, folder) => {
      await servers.hashed();
      const common = ["-d", folder, "--no-conf", "--min-split-size=1M", "--split=4"];
      const log = await run(
        "aria2c",
        ...common,
        "--follow-metalink=mem",
        servers.url(1, PATH) + ".meta4",
      );
      assertEquals(await Deno.readFile(join(folder, NAME)), CONTENT);
      assertStringIncludes(log, "OK");
    }),
});
