import { createHash } from "node:crypto";
import { ClientConnection } from "../http/client/client_connection.ts";
import type { Endpoint } from "../http/client/endpoint.ts";
import { withDeadline } from "../http/deadline.ts";
import { MAX_HEAD_BYTES } from "../http/limits.ts";
import { readContent } from "../http/client/read_content.ts";
import { type Manifest, pieceCount, pieceLengthFor } from "../content/manifest.ts";
import type { SourceCopy } from "./source_copy.ts";
import { ANSWER_TIMEOUT_MS, MANIFEST_TIMEOUT_MS, MAX_MANIFEST_BYTES } from "./limits.ts";
import { LostError, refusal } from "./lost_error.ts";

/**
 * Gets the manifest of a server's copy, and makes sure that it is the one its info announced.
 *
 * @param endpoint Where the server is.
 * @param copy What it said of its copy, digests included.
 * @param signal Ends the attempt early.
 * @param silenceMs Milliseconds that nothing may come in between.
 * @throws {LostError} If it does not have it, or has another; `final` if it never will have a right one.
 * @throws {Deno.errors.TimedOut} If it falls silent, or takes too long.
 */
export async function fetchManifest(
  endpoint: Endpoint,
  copy: SourceCopy,
  signal: AbortSignal,
  silenceMs = ANSWER_TIMEOUT_MS,
): Promise<Manifest> {
  const known = manifestOfOnePiece(copy);
  if (known) return known;
  const buffer = new Uint8Array(8 * MAX_HEAD_BYTES);
  using connection = await ClientConnection.open(endpoint, { buffer, signal });
  using _closing = connection.closedBy(signal);
  const exchanging = exchange(connection, copy.name, silenceMs);
  const text = await withDeadline(exchanging, MANIFEST_TIMEOUT_MS, () => connection.close());
  return announced(await parse(text), copy);
}

/** The digest of a file that has but one piece is that of the piece: nothing more need be asked. */
function manifestOfOnePiece(copy: SourceCopy): Manifest | undefined {
  const { name, size, digest } = copy;
  const pieceLength = pieceLengthFor(size);
  const count = pieceCount(size, pieceLength);
  if (!digest || count > 1) return undefined;
  const { sha256 } = digest;
  return announced({
    name,
    size,
    sha256,
    pieceLength,
    pieces: new Array<string>(count).fill(sha256),
  }, copy);
}

async function exchange(
  connection: ClientConnection,
  name: string,
  silenceMs: number,
): Promise<string> {
  await connection.ask("GET", `/${encodeURIComponent(name)}.meta4`, { Connection: "close" });
  const head = await withDeadline(connection.head(), silenceMs, () => connection.close());
  if (!head) throw new LostError("it closed the connection without a manifest");
  if (head.status !== 200) throw refusal(head, `it has no manifest: status ${head.status}`);
  return await readContent(connection, head, MAX_MANIFEST_BYTES, silenceMs);
}

/** Loads the XML parser only now, as small files need none. */
async function parse(text: string): Promise<Manifest> {
  const { MetalinkError, readManifest } = await import("../content/metalink_manifest.ts");
  try {
    return await readManifest(text);
  } catch (error) {
    if (error instanceof MetalinkError) {
      throw new LostError(`its manifest cannot be used: ${error.message}`, true, { cause: error });
    }
    throw error;
  }
}

function announced(manifest: Manifest, { digest, size }: SourceCopy): Manifest {
  const pieces = createHash("sha256").update(manifest.pieces.join(""), "hex").digest("hex");
  const isAnnounced = manifest.size === size && manifest.pieceLength === pieceLengthFor(size) &&
    manifest.sha256 === digest?.sha256 && pieces === digest.piecesSha256;
  if (!isAnnounced) throw new LostError("its manifest is not the one it announced", true);
  return manifest;
}
