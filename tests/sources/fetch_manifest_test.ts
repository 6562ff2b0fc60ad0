import { assert, assertEquals, assertRejects } from "@std/assert";
import { fetchManifest } from "../../lib/sources/fetch_manifest.ts";
import { type Info, parseInfo } from "../../lib/sources/server_info.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { type Manifest, MIN_PIECE_LENGTH } from "../../lib/content/manifest.ts";
import { metalinkText } from "../content/metalink_text.ts";
import { contentOf } from "../client/content.ts";
import { digestsOf, manifestOf } from "../client/mpserver.ts";
import { type Peer, ScriptedServer } from "./scripted_server.ts";

const MANIFEST = manifestOf("a b.mp4", contentOf(0, 2 * MIN_PIECE_LENGTH + 5));
/** Files whose info says all that a manifest would. */
const SMALL = [0, 1, MIN_PIECE_LENGTH].map((size) => manifestOf("a b.mp4", contentOf(0, size)));

const never = new AbortController().signal;

/** Fetches a manifest that `announced` speaks of from a server that answers as it likes. */
async function fetched(
  announced: Manifest,
  answer: (peer: Peer) => Promise<void>,
  signal = never,
  silenceMs?: number,
): Promise<Manifest> {
  await using server = new ScriptedServer();
  const endpoint = { scheme: "http", host: "127.0.0.1", port: server.port } as const;
  const fetching = fetchManifest(endpoint, infoOf(announced), signal, silenceMs);
  fetching.catch(() => {}); // It may fail while the server has still something to do.
  const peer = await server.peer();
  assert((await peer.request())?.startsWith("GET /a%20b.mp4.meta4 HTTP/1.1\r\n"));
  await answer(peer);
  return await fetching;
}

function infoOf(manifest: Manifest): Info {
  const { name, size } = manifest;
  return parseInfo(JSON.stringify({ name, size, manifest: digestsOf(manifest) }));
}

async function refused(announced: Manifest, sent: Manifest): Promise<void> {
  const fetching = () => fetched(announced, (peer) => peer.answer(200, metalinkText(sent)));
  await assertRejects(fetching, LostError, "not the one it announced");
}

Deno.test("fetchManifest() brings the manifest that was announced", async () => {
  const brought = await fetched(MANIFEST, (peer) => peer.answer(200, metalinkText(MANIFEST)));
  assertEquals(brought, MANIFEST);
});

Deno.test("fetchManifest() asks nobody where the file has one piece, or none", async () => {
  const nowhere = { scheme: "http" as const, host: "255.255.255.255", port: 1 };
  for (const manifest of SMALL) {
    assertEquals(await fetchManifest(nowhere, infoOf(manifest), never), manifest);
    const other = { ...digestsOf(manifest), piecesSha256: MANIFEST.sha256 };
    const { name, size } = manifest;
    const info = parseInfo(JSON.stringify({ name, size, manifest: other }));
    await assertRejects(() => fetchManifest(nowhere, info, never), LostError, "announced");
  }
});

Deno.test("fetchManifest() refuses any other manifest than the one announced", async () => {
  const [first = "", ...others] = MANIFEST.pieces;
  await refused(MANIFEST, { ...MANIFEST, sha256: first });
  await refused(MANIFEST, { ...MANIFEST, pieces: [...others, first] });
  await refused(MANIFEST, { ...MANIFEST, size: MANIFEST.size + 1 });
  // Announced as it is, but for the length of its pieces.
  const pieces = [first, first];
  await refused({ ...MANIFEST, pieces }, {
    ...MANIFEST,
    pieceLength: 2 * MIN_PIECE_LENGTH,
    pieces,
  });
});

Deno.test("fetchManifest() says why there is none", async () => {
  for (const status of [503, 429]) {
    const busy = () => fetched(MANIFEST, (peer) => peer.answer(status, "", "Retry-After: 7\r\n"));
    const { final, loss } = await assertRejects(busy, LostError, `status ${status}`);
    assertEquals([final, loss], [false, { kind: "busy", retryAfterMs: 7_000 }]);
  }
  const none = () => fetched(MANIFEST, (peer) => peer.answer(404, ""));
  assert((await assertRejects(none, LostError, "status 404")).final);
  const gone = () => fetched(MANIFEST, (peer) => Promise.resolve(peer.close()));
  await assertRejects(gone, LostError, "without a manifest");
  const odd = () => fetched(MANIFEST, (peer) => peer.answer(200, "<html/>"));
  await assertRejects(odd, LostError, "not a Metalink document");
});

Deno.test("fetchManifest() gives up a server that falls silent in the middle", async () => {
  const fetching = () =>
    fetched(
      MANIFEST,
      async (peer) => {
        await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
        await peer.gone();
      },
      never,
      20,
    );
  await assertRejects(fetching, Deno.errors.TimedOut, "no answer within 0.02 s");
});

Deno.test("fetchManifest() ends when it is told to, whatever the server is at", async () => {
  const stop = new AbortController();
  let isGone = false;
  const fetching = () =>
    fetched(MANIFEST, async (peer) => {
      await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
      stop.abort();
      await peer.gone();
      isGone = true;
    }, stop.signal);
  await assertRejects(fetching);
  assert(isGone);
  await using server = new ScriptedServer();
  const endpoint = { scheme: "http", host: "127.0.0.1", port: server.port } as const;
  await assertRejects(() => fetchManifest(endpoint, infoOf(MANIFEST), AbortSignal.abort()));
  assertEquals(server.connections, 0);
});
