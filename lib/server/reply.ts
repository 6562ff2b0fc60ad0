import { answerFileRequest, type FileFacts } from "../http/answer.ts";
import type { HeadError } from "../http/head_error.ts";
import { MANIFEST_RETRY_AFTER_S } from "../http/limits.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ByteRange } from "../byte_range.ts";
import type { Metalink } from "./metalink.ts";
import { pathOf, resourceOf } from "./resource.ts";
import type { ServerState } from "./server_event.ts";

/** What a manifest comes to in a few bytes. */
export interface ManifestDigests {
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** Bytes in every piece but the last. */
  readonly pieceLength: number;
  /** SHA-256 over the digests of all pieces, 32 bytes each, one after the other; in hexadecimal. */
  readonly piecesSha256: string;
}

/** How far the manifest of a port's file is. */
export type ManifestState =
  | { readonly kind: "computing" }
  | { readonly kind: "ready"; readonly digests: ManifestDigests; readonly metalink: Metalink }
  /** There will be none: the file was changed, or could not be read. */
  | { readonly kind: "withheld" };

/** Everything that a port's replies depend on, beside the request. */
export interface PortFacts {
  readonly index: number;
  readonly name: string;
  readonly state: ServerState;
  readonly file: FileFacts;
  /** The ports of all servers, in their order. */
  readonly ports: readonly number[];
  readonly manifest: ManifestState;
  /** The address the client connected to, for those that name no host. */
  readonly localHostname: string;
}

type HeaderLines = readonly (readonly [name: string, value: string])[];

/** What is sent back. */
export type Reply =
  /** Part of the file, or all of it. */
  | {
    readonly kind: "content";
    readonly status: number;
    readonly headers: HeaderLines;
    readonly range: ByteRange;
  }
  /** Something small enough to be sent from memory, in parts; without a body, a status that has none. */
  | {
    readonly kind: "document";
    readonly status: number;
    readonly headers: HeaderLines;
    readonly body?: readonly Uint8Array[];
  }
  /** The states of this port, as they come. */
  | { readonly kind: "events"; readonly status: 200; readonly headers: HeaderLines };

const encoder = new TextEncoder();
const NO_STORE = ["Cache-Control", "no-store"] as const;

/**
 * Decides what a request gets. Pure: nothing is read or sent here.
 *
 * @param request The request, as it came.
 * @param port The port it came to.
 * @param nowMs The present, in milliseconds since 1970.
 */
export function replyTo(request: RequestHead, port: PortFacts, nowMs: number): Reply {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return lineReply(405, "Only GET and HEAD are answered here.", [["Allow", "GET, HEAD"]]);
  }
  if (request.hasContent) return lineReply(413, "A request must not have content here.");
  switch (resourceOf(request.target, port.name)) {
    case "content":
      return contentReply(request, port, nowMs);
    case "metalink":
      return metalinkReply(request, port);
    case "info":
      return infoReply(port);
    case "events":
      return {
        kind: "events",
        status: 200,
        headers: [["Content-Type", "text/event-stream"], NO_STORE],
      };
    case "root":
      return lineReply(307, `The file is at ${pathOf(port.name)}`, [
        ["Location", pathOf(port.name)],
        NO_STORE,
      ]);
    case undefined:
      return lineReply(404, `There is nothing here; the file is at ${pathOf(port.name)}`);
  }
}

/** What a request gets that could not be read; nothing after it can be read either. */
export function replyToMalformed(error: HeadError): Reply {
  return lineReply(error.status, `The request was refused: ${error.message}.`);
}

function contentReply(request: RequestHead, port: PortFacts, nowMs: number): Reply {
  const { status, headers, range, message } = answerFileRequest(request, port.file, nowMs);
  if (range !== undefined) return { kind: "content", status, headers, range };
  if (message !== undefined) return lineReply(status, message, headers);
  return { kind: "document", status, headers };
}

function metalinkReply(request: RequestHead, port: PortFacts): Reply {
  switch (port.manifest.kind) {
    case "computing":
      return lineReply(503, "The digests of the file are still being computed.", [
        ["Retry-After", String(MANIFEST_RETRY_AFTER_S)],
        NO_STORE,
      ]);
    case "withheld":
      return lineReply(
        409,
        "There are no digests: the file was changed, or could not be read to its end.",
        [
          NO_STORE,
        ],
      );
    case "ready":
      return {
        kind: "document",
        status: 200,
        headers: [["Content-Type", "application/metalink4+xml"], NO_STORE],
        body: port.manifest.metalink.documentFor(hostnameOf(request.host) || port.localHostname),
      };
  }
}

/** Without the port, and without the zone of a link-local address. */
function hostnameOf(host: string): string {
  return host.replace(/:[0-9]*$/, "").replace(/%.*\]$/, "]");
}

function infoReply(port: PortFacts): Reply {
  const { index, name, state, file, ports, manifest } = port;
  const body = {
    name,
    size: file.size,
    etag: file.etag,
    state,
    index,
    manifest: manifest.kind === "ready" ? manifest.digests : null,
    manifestReady: manifest.kind === "ready",
    servers: ports,
  };
  return {
    kind: "document",
    status: 200,
    headers: [["Content-Type", "application/json"], NO_STORE],
    body: [encoder.encode(`${JSON.stringify(body)}\n`)],
  };
}

function lineReply(status: number, line: string, headers: HeaderLines = []): Reply {
  return {
    kind: "document",
    status,
    headers: [["Content-Type", "text/plain; charset=utf-8"], ...headers],
    body: [encoder.encode(`${line}\n`)],
  };
}
