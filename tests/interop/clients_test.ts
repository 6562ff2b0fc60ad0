import { assert, assertEquals } from "@std/assert";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB } from "../../testing/scratch.ts";
import { aria2 } from "./clients/aria2.ts";
import { axel } from "./clients/axel.ts";
import { curl } from "./clients/curl.ts";
import { type AfterLoss, download, type Downloader } from "./clients/downloader.ts";
import { lftp } from "./clients/lftp.ts";
import { rclone } from "./clients/rclone.ts";
import { wget } from "./clients/wget.ts";
import { wget2 } from "./clients/wget2.ts";
import { testWith } from "./peers.ts";
import { hasSent, type Ports, portsUsed, withPorts } from "./ports.ts";

const NAME = "film.mp4";

const AFTER_LOSS: Readonly<Record<AfterLoss, string>> = {
  "carries on": "gets the rest from the other ports when one is terminated",
  "may resume": "gets the rest from the other ports when one is terminated, if not at the first go",
  "resumes": "tells that a terminated port has not sent all, and resumes from another",
  "restarts": "tells that a terminated port has not sent all, and starts over from another",
};

for (const downloader of [curl, wget, wget2, aria2, axel, lftp, rclone]) {
  const { peer, afterLoss } = downloader;
  const test = (what: string, play: (downloader: Downloader, ports: Ports) => Promise<void>) =>
    testWith([peer], `${peer.name} ${what}`, () => withPorts((ports) => play(downloader, ports)));

  test("gets a file", getsFile);
  test("waits for ports that are paused, and gets the right file", waitsForPaused);
  test(AFTER_LOSS[afterLoss], getsOverLoss);
}

async function getsFile(downloader: Downloader, ports: Ports): Promise<void> {
  const { server, urls } = ports;
  await using process = download(downloader, urls, NAME, ports.folder);
  await process.succeeds();
  await assertSameContent(ports.copy, ports.file);
  await server.type("q");
  await server.exits(0);
  assertEquals(portsUsed(server), downloader.usesAll ? [1, 2, 3, 4] : [1]);
}

async function waitsForPaused(downloader: Downloader, ports: Ports): Promise<void> {
  const { server, urls } = ports;
  // What the others have to send keeps the download from ending meanwhile.
  for (const index of [1, 2, 3, 4]) await server.pause(index);
  await using process = download(downloader, urls, NAME, ports.folder);
  await server.event((event) => event.type === "status" && event.servers[0]!.clients > 0);
  await server.type("r1");
  await hasSent(server, 1, MIB);
  await server.pause(1);
  assert(!process.hasEnded);
  await server.type("r1 r2 r3 r4");
  await process.succeeds();
  await assertSameContent(ports.copy, ports.file);
}

async function getsOverLoss(downloader: Downloader, ports: Ports): Promise<void> {
  const { server, urls } = ports;
  const { afterLoss, tellsLoss = ({ code }) => code !== 0 } = downloader;
  await using process = download(downloader, urls, NAME, ports.folder);
  await hasSent(server, 1, MIB);
  await server.terminate(1);
  const end = await process.end();
  const needsMore = tellsLoss(end);
  if (afterLoss !== "may resume") assertEquals(needsMore, afterLoss !== "carries on", end.said);
  if (needsMore) {
    await using another = download(downloader, urls.slice(1), NAME, ports.folder);
    await another.succeeds();
  }
  await assertSameContent(ports.copy, ports.file);
  await server.type("q");
  await server.exits(0);
  // What had come is not fetched again, but for what was on its way. Axel asks for more than it reads.
  const isFrugal = afterLoss === "carries on" || afterLoss === "resumes";
  if (isFrugal) {
    assert(server.served < ports.bytes.length + 2 * MIB, `It was sent ${server.served} bytes`);
  }
}
