import { createHash } from "node:crypto";
import { ClientConnection } from "../http/client_connection.ts";
import { withDeadline } from "../http/deadline.ts";
import { MAX_HEAD_BYTES } from "../http/limits.ts";
import { readContent } from "../http/read_content.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { MetalinkError, readMetalink } from "../manifest/metalink_read.ts";
import type { ServerAddress } from "./download_options.ts";
import type { Info } from "./info.ts";
import { ANSWER_TIMEOUT_MS, CONNECT_TIMEOUT_MS, MAX_MANIFEST_BYTES } from "./limits.ts";
import { LostError } from "./lost_error.ts";

/**
 * Gets the manifest of a server's copy and makes sure that it is the one its info announced.
 *
 * @param address Where the server is.
 * @param info What it said of its copy, digests included.
 * @throws {LostError} If it does not have it, or has another.
 */
export async function fetchManifest(address: ServerAddress, info: Info): Promise<Manifest> {
  using connection = await ClientConnection.open({
    ...address,
    timeoutMs: CONNECT_TIMEOUT_MS,
    bufferLength: 8 * MAX_HEAD_BYTES,
  });
  const text = await withDeadline(exchange(connection, info.name), ANSWER_TIMEOUT_MS, () => {
    connection.close();
  });
  const manifest = parse(text);
  const piecesSha256 = createHash("sha256").update(manifest.pieces.join(""), "hex").digest("hex");
  const { digest, size } = info;
  const isAnnounced = manifest.size === size && manifest.sha256 === digest?.sha256 &&
    piecesSha256 === digest.piecesSha256;
  if (!isAnnounced) throw new LostError("its manifest is not the one it announced");
  return manifest;
}

async function exchange(connection: ClientConnection, name: string): Promise<string> {
  await connection.ask("GET", `/${encodeURIComponent(name)}.meta4`, { Connection: "close" });
  const head = await connection.head();
  if (head?.status !== 200) throw new LostError(`no manifest: status ${head?.status ?? "none"}`);
  return await readContent(connection, head, MAX_MANIFEST_BYTES);
}

function parse(text: string): Manifest {
  try {
    return readMetalink(text);
  } catch (error) {
    if (error instanceof MetalinkError) throw new LostError(`no usable manifest: ${error.message}`);
    throw error;
  }
}
