import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { assertSameContent } from "../../../testing/same_content.ts";
import { MIB } from "../../../testing/scratch.ts";
import { PeerProcess } from "../peer_process.ts";
import { CLIENTS, testWith } from "../peers.ts";
import { hasSent, type Ports, type PortsOptions, withPorts } from "../ports.ts";
import { CURL_ARGS } from "./curl.ts";

function testCurl(
  name: string,
  play: (ports: Ports) => Promise<void>,
  options: PortsOptions = {},
): void {
  testWith([CLIENTS.curl], name, () => withPorts(play, options));
}

testCurl("curl gets the same bytes from every port in ranges", async ({ urls, bytes, folder }) => {
  const size = bytes.length;
  const ranges = [
    "0-",
    "0-0",
    `${size - 1}-`,
    "-1",
    "1000000-4000000",
    "4000000-",
    `-${size + 5}`,
  ];
  for (const url of urls) {
    for (const range of ranges) {
      await curl(folder, "-r", range, "-o", "part", url);
      const [from = "", to = ""] = range.split("-");
      const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
      const end = from === "" || to === "" ? size : Number(to) + 1;
      assertEquals(await Deno.readFile(`${folder}/part`), bytes.subarray(start, end));
    }
  }
}, { rate: 1024 * MIB });

testCurl("curl gets ranges from all ports in parallel, over a pause", async (ports) => {
  const { server, bytes, folder } = ports;
  for (const index of [2, 3, 4]) await server.pause(index);
  await using process = new PeerProcess(CLIENTS.curl, parallelArgs(ports), { cwd: folder });
  await hasSent(server, 1, MIB / 2);
  await server.pause(1);
  assert(!process.hasEnded);
  await server.type("r1 r2 r3 r4");
  await process.succeeds();
  assertEquals(await joined(folder), bytes);
});

testCurl("curl tells that one of its parallel ranges is not all there", async (ports) => {
  const { server, bytes, folder } = ports;
  await using process = new PeerProcess(CLIENTS.curl, parallelArgs(ports), { cwd: folder });
  await hasSent(server, 1, MIB / 4);
  await server.terminate(1);
  assertNotEquals((await process.end()).code, 0);
  const { size } = await Deno.stat(`${folder}/part0`);
  const [, second = ""] = ports.urls;
  await curl(folder, "-r", `${size}-${partLength(bytes) - 1}`, "-o", "rest", second);
  const rest = await Deno.readFile(`${folder}/rest`);
  await Deno.writeFile(`${folder}/part0`, rest, { append: true });
  assertEquals(await joined(folder), bytes);
}, { rate: MIB / 2 });

testCurl("curl follows the redirect from a port's root", async ({ urls, file, folder, copy }) => {
  const [url = ""] = urls;
  await curl(folder, "-L", "-o", "film.mp4", new URL("/", url).href);
  await assertSameContent(copy, file);
});

testCurl("curl asks about a file, and whether it has changed", async ({ urls, bytes, folder }) => {
  const [url = ""] = urls;
  const head = await curl(folder, "--head", url);
  assertMatch(head, /^HTTP\/1\.1 200 /);
  assertMatch(head, RegExp(`^content-length: ${bytes.length}\r$`, "im"));
  assertMatch(head, /^accept-ranges: bytes\r$/im);
  const etag = /^etag: (.*)\r$/im.exec(head)?.[1] ?? "";
  assertEquals(await status(folder, "-H", `If-None-Match: ${etag}`, url), "304");
});

testCurl("curl is told what it may not do", async ({ urls, folder }) => {
  const [url = ""] = urls;
  assertEquals(await status(folder, "-d", "x=y", url), "405");
  assertEquals(await status(folder, "-T", "/dev/null", url), "405");
  assertEquals(await status(folder, new URL("/", url).href + "../../etc/passwd"), "404");
  assertEquals(await status(folder, "--http1.0", "-r", "0-9", url), "206");
  assertEquals(await status(folder, "-I", url), "200");
  assertEquals(await status(folder, "-r", "99999999-", url), "416");
});

const UNUSUAL_NAME = "größe <100%> maß.mp4";

testCurl(
  "curl gets a file by a name as somebody types it, without percent signs",
  async ({ urls, file, folder, copy }) => {
    const [url = ""] = urls;
    const typed = new URL(url).origin + "/größe%20<100%25>%20maß.mp4";
    await curl(folder, "-g", "-o", UNUSUAL_NAME, typed);
    await assertSameContent(copy, file);
  },
  { name: UNUSUAL_NAME },
);

/** Runs curl to its end, which has to be a good one; answers what it printed. */
async function curl(folder: string, ...args: readonly string[]): Promise<string> {
  await using process = new PeerProcess(CLIENTS.curl, [...CURL_ARGS, ...args], { cwd: folder });
  return (await process.succeeds()).said;
}

async function status(folder: string, ...args: readonly string[]): Promise<string> {
  const options = ["-q", "-s", "-o", "nothing", "-w", "%{http_code}", "--path-as-is"];
  await using process = new PeerProcess(CLIENTS.curl, [...options, ...args], { cwd: folder });
  return (await process.succeeds()).said;
}

/** What makes curl fetch a quarter of the file from each port, all at the same time. */
function parallelArgs({ urls, bytes }: Ports): string[] {
  const length = partLength(bytes);
  return urls.flatMap((url, at) => [
    ...(at === 0 ? ["-q", "--parallel"] : ["--next"]),
    ...["--silent", "--show-error", "--fail"],
    ...["-r", `${at * length}-${(at + 1) * length - 1}`, "-o", `part${at}`, url],
  ]);
}

function partLength(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / 4);
}

async function joined(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const parts = [0, 1, 2, 3].map((at) => Deno.readFile(`${folder}/part${at}`));
  return new Uint8Array(await new Blob(await Promise.all(parts)).arrayBuffer());
}
