import { formatContentRange, formatUnsatisfiedRange } from "../../http/content_range.ts";
import type { HeadError } from "../../http/head_error.ts";
import { formatHttpDate } from "../../http/http_date.ts";
import { allowsRange, checkPreconditions, type Validators } from "../../http/preconditions.ts";
import { parseRange } from "../../http/range.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { byteCount } from "../../byte_count.ts";
import type { ByteRange } from "../../byte_range.ts";
import type { AccessToken } from "./access_token.ts";
import { bracketed } from "../../addresses.ts";
import { canonicalAddress } from "./allowlist.ts";
import { MANIFEST_RETRY_AFTER_S } from "../limits.ts";
import type { Metalink } from "./metalink.ts";
import type { HostNames } from "./request_site.ts";
import { pathOf, resourceOf } from "./resource.ts";
import type { ServerState } from "../server_event.ts";

/** How far the manifest of a port's file is. */
export type ManifestState =
  | { readonly kind: "computing" }
  | { readonly kind: "ready"; readonly metalink: Metalink }
  /** There will be none: the file was changed, or could not be read. */
  | { readonly kind: "withheld" };

/** What a port has for its clients. */
export interface Served extends Validators {
  /** 1 for Server1. */
  readonly index: number;
  /** What the file is called in URLs. */
  readonly name: string;
  /** Bytes in the file. */
  readonly size: number;
  readonly state: ServerState;
  /** The names it goes by. */
  readonly names: HostNames;
  readonly scheme: "http" | "https";
  /** Absent: clients need none. */
  readonly token: AccessToken | undefined;
  /** The ports of all servers, in their order. */
  readonly siblings: readonly number[];
  readonly manifest: ManifestState;
  /** Whether the file on disk is still the one that is served. */
  checkUnchanged(): boolean;
}

type Fields = readonly (readonly [name: string, value: string])[];

/** A status, its fields without those about the connection and the moment, and what comes with them. */
export type Response =
  /** Part of the file, or all of it. */
  | {
    readonly kind: "content";
    readonly status: number;
    readonly headers: Fields;
    readonly range: ByteRange;
  }
  /** Something small enough to be sent from memory, in parts; without a body, a status that has none. */
  | {
    readonly kind: "document";
    readonly status: number;
    readonly headers: Fields;
    readonly body?: readonly Uint8Array[];
  }
  /** The states of this port, as they come. */
  | { readonly kind: "events"; readonly status: 200; readonly headers: Fields };

const encoder = new TextEncoder();
const CHALLENGES = [
  ["WWW-Authenticate", 'Bearer realm="multiport"'],
  ["WWW-Authenticate", 'Basic realm="multiport", charset="UTF-8"'],
] as const;
const NO_STORE = ["Cache-Control", "no-store"] as const;

/**
 * Decides what a request gets. Nothing is sent here, and nothing read but whether the file has changed.
 *
 * @param request The request, as it came.
 * @param served What the port that it came to has.
 * @param localAddress The IP address that the client connected to.
 * @param nowMs The present, in milliseconds since 1970.
 *
 * @example
 * ```ts
 * const response = respond(request, served, "127.0.0.1", Date.now());
 * // to a request with `Range: bytes=0-99`: 206, { start: 0, end: 100 }
 * ```
 */
export function respond(
  request: RequestHead,
  served: Served,
  localAddress: string,
  nowMs: number,
): Response {
  if (!served.names.include(request.host)) {
    return line(421, "This server does not go by that name.");
  }
  if (served.token !== undefined && !served.token.isIn(request.headers.get("authorization"))) {
    return line(401, "A token is needed here.", CHALLENGES);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return line(405, "Only GET and HEAD are answered here.", [["Allow", "GET, HEAD"]]);
  }
  if (request.hasContent) return line(413, "A request must not have content here.");
  switch (resourceOf(request.target, served.name)) {
    case "content":
      return respondWithFile(request, served, nowMs);
    case "metalink":
      return respondWithMetalink(
        served,
        `${served.scheme}://${hostnameOf(request.host, localAddress)}`,
      );
    case "info":
      return respondWithInfo(served);
    case "events": {
      const headers = [["Content-Type", "text/event-stream"], NO_STORE] as const;
      return { kind: "events", status: 200, headers };
    }
    case "root": {
      const path = pathOf(served.name);
      return line(307, `The file is at ${path}`, [
        ["Location", path],
        ...linkFields(served),
        dispositionField(served.name),
        NO_STORE,
      ]);
    }
    case undefined:
      return line(404, `There is nothing here; the file is at ${pathOf(served.name)}`);
  }
}

/** What a request gets that could not be read; nothing after it can be read either. */
export function respondToMalformed(error: HeadError): Response {
  return line(error.status, `The request was refused: ${error.message}.`);
}

/** Preconditions first (RFC 9110, 13.2.2), then the range (14.2). */
function respondWithFile(request: RequestHead, served: Served, nowMs: number): Response {
  if (!served.checkUnchanged()) return respondChanged(request);
  const links = linkFields(served);
  switch (checkPreconditions(request.headers, served, nowMs)) {
    case "failed":
      return line(412, "This is another version of the file.", links);
    case "not modified":
      return { kind: "document", status: 304, headers: [...validatorFields(served), ...links] };
    case "holds":
      return respondWithContent(request, served, nowMs);
  }
}

/** A client that named a version gets to know that this is not it; any other one, that there is none. */
function respondChanged({ headers }: RequestHead): Response {
  const isConditional = headers.has("if-match") || headers.has("if-unmodified-since");
  const status = isConditional ? 412 : 409;
  return line(status, "The file was changed on the server while it was being served.", [NO_STORE]);
}

function respondWithContent(request: RequestHead, served: Served, nowMs: number): Response {
  const headers: [string, string][] = [
    ["Accept-Ranges", "bytes"],
    ...validatorFields(served),
    ["Content-Type", "application/octet-stream"],
    ["X-Content-Type-Options", "nosniff"],
    dispositionField(served.name),
    ...linkFields(served),
  ];
  if (served.manifest.kind === "ready") {
    headers.push(["Repr-Digest", reprDigest(served.manifest.metalink.digests.sha256)]);
  }
  const { size } = served;
  const field = request.headers.get("range");
  // Range means something in a GET request only (RFC 9110, 14.2).
  const isPart = field !== undefined && request.method === "GET" &&
    allowsRange(request.headers, served, nowMs);
  const requested = isPart ? parseRange(field, size) : { kind: "whole" } as const;
  switch (requested.kind) {
    case "whole":
      return { kind: "content", status: 200, headers, range: { start: 0, end: size } };
    case "part": {
      headers.push(["Content-Range", formatContentRange(requested.range, size)]);
      return { kind: "content", status: 206, headers, range: requested.range };
    }
    case "unsatisfiable":
      return line(416, `The file has ${byteCount(size)}.`, [
        ["Content-Range", formatUnsatisfiedRange(size)],
        ...linkFields(served),
      ]);
  }
}

/** Where the digests and all servers are (RFC 6249, 3), by which clients find them. */
function linkFields({ name, manifest }: Served): [string, string][] {
  if (manifest.kind === "withheld") return [];
  const link = `<${pathOf(name)}.meta4>; rel=describedby; type="application/metalink4+xml"`;
  return [["Link", link]];
}

/**
 * What the file is called (RFC 6266), for clients that came by another path; `inline` lets browsers show
 * what they can. Older clients take the first form, without what they could misread.
 */
function dispositionField(name: string): [string, string] {
  const wellFormed = name.toWellFormed();
  const plain = wellFormed.replace(/[^ !#-[\]-~]|%/gu, "_");
  const encoded = encodeURIComponent(wellFormed).replace(/['()*]/g, percentEncode);
  const extended = plain === name ? "" : `; filename*=UTF-8''${encoded}`;
  return ["Content-Disposition", `inline; filename="${plain}"${extended}`];
}

/** `encodeURIComponent` leaves some characters alone that have a meaning here (RFC 8187, 3.2.1). */
function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function validatorFields({ etag, lastModifiedMs }: Validators): [string, string][] {
  return [["ETag", etag], ["Last-Modified", formatHttpDate(lastModifiedMs)]];
}

/** RFC 9530, 3: of the whole file, also where only a part of it is sent. */
function reprDigest(sha256: string): string {
  const bytes = sha256.match(/../g)?.map((digits) => parseInt(digits, 16)) ?? [];
  return `sha-256=:${btoa(String.fromCharCode(...bytes))}:`;
}

function respondWithMetalink({ manifest }: Served, origin: string): Response {
  switch (manifest.kind) {
    case "computing":
      return line(503, "The digests of the file are still being computed.", [
        ["Retry-After", String(MANIFEST_RETRY_AFTER_S)],
        NO_STORE,
      ]);
    case "withheld":
      return line(409, "There are no digests: the file was changed, or could not be read.", [
        NO_STORE,
      ]);
    case "ready":
      return {
        kind: "document",
        status: 200,
        headers: [["Content-Type", "application/metalink4+xml"], NO_STORE],
        body: manifest.metalink.documentFor(origin),
      };
  }
}

/** What the client calls this machine, without the port, and without the zone of a link-local address. */
function hostnameOf(host: string, localAddress: string): string {
  const named = host.replace(/:[0-9]*$/, "").replace(/%.*\]$/, "]");
  return named === "" ? bracketed(canonicalAddress(localAddress)) : named;
}

function respondWithInfo(served: Served): Response {
  const { name, size, etag, lastModifiedMs, state, index, manifest, siblings } = served;
  const body = {
    name,
    size,
    etag,
    modified: new Date(lastModifiedMs).toISOString(),
    state,
    index,
    manifest: manifest.kind === "ready" ? manifest.metalink.digests : null,
    manifestReady: manifest.kind === "ready",
    servers: siblings,
  };
  return {
    kind: "document",
    status: 200,
    headers: [["Content-Type", "application/json"], NO_STORE],
    body: [encoder.encode(`${JSON.stringify(body)}\n`)],
  };
}

function line(status: number, text: string, headers: Fields = []): Response {
  return {
    kind: "document",
    status,
    headers: [["Content-Type", "text/plain; charset=utf-8"], ...headers],
    body: [encoder.encode(`${text}\n`)],
  };
}
