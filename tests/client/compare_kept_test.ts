import { assertEquals } from "@std/assert";
import { compareKept } from "../../lib/client/compare_kept.ts";
import { PieceSet } from "../../lib/content/piece_set.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";
import { Agreement } from "../../lib/sources/agreement.ts";
import { Sources } from "../../lib/sources/sources.ts";
import { WebSource } from "../../lib/sources/web_source.ts";
import { waitForSources } from "../../lib/sources/wait_for_sources.ts";
import { WebServer } from "../../testing/web_server.ts";
import { contentOf, sha256 } from "./content.ts";

const LENGTH = 100_000;
const COUNT = 5;
const CONTENT = contentOf(0, COUNT * LENGTH - 7);
const signal = new AbortController().signal;

/** Compares what is on disk with what servers have. */
async function compared(
  onDisk: Uint8Array,
  kept: readonly number[],
  servers: readonly WebServer[],
) {
  const sources = new Sources(() => {});
  for (const server of servers) {
    sources.add((index, listener) => new WebSource(index, new URL(server.url()), listener));
  }
  try {
    await waitForSources(sources, 60, () => {}, signal);
    const pieces = new PieceStore(CONTENT.length, LENGTH);
    const set = new PieceSet(COUNT);
    for (const piece of kept) set.add(piece);
    const read = (_: number, { start, end }: { start: number; end: number }) =>
      Promise.resolve({ digest: sha256(onDisk.subarray(start, end)), written: null });
    const agreement = new Agreement(sources);
    return await compareKept(set, { sources, agreement, pieces, pool: { read }, signal });
  } finally {
    await sources.close();
  }
}

Deno.test("compareKept() knows what is kept of the same file, and of another one", async () => {
  await using server = new WebServer(CONTENT);
  assertEquals(await compared(CONTENT, [0, 2, 4], [server]), true);
  const other = CONTENT.map((byte) => byte ^ 1);
  assertEquals(await compared(other, [1], [server]), false);
  // What is not kept need not be right.
  other.set(CONTENT.subarray(LENGTH, 2 * LENGTH), LENGTH);
  assertEquals(await compared(other, [1], [server]), true);
});

Deno.test("compareKept() always looks at the last piece that is kept", async () => {
  await using server = new WebServer(CONTENT);
  const other = CONTENT.slice();
  other.fill(0, 4 * LENGTH);
  // Chance alone would hit it, too, but not every time.
  for (let time = 0; time < 12; time += 1) {
    assertEquals(await compared(other, [0, 1, 2, 3, 4], [server]), false);
  }
});

Deno.test("compareKept() asks another source where one sends nothing of use, and may have to give up", async () => {
  await using useless = new WebServer(CONTENT, {
    instead: (request) =>
      request.headers.get("range") === "bytes=0-0"
        ? undefined
        : new Response(null, { status: 500 }),
  });
  await using server = new WebServer(CONTENT);
  assertEquals(await compared(CONTENT, [0], [useless, server]), true);
  assertEquals(await compared(CONTENT, [0], [useless]), undefined);
});
