import type { ClientConnection } from "../http/client/client_connection.ts";
import { withDeadline } from "../http/deadline.ts";
import { readContent } from "../http/client/read_content.ts";
import { type CopyDigest, pieceLengthFor } from "../content/manifest.ts";
import { ANSWER_TIMEOUT_MS, GOODBYE_MS, MAX_INFO_BYTES } from "./limits.ts";
import type { SourceCopy } from "./source_copy.ts";
import { LostError, refusal } from "./lost_error.ts";

/** What a server says of itself and its copy (docs/protocol.md). */
export interface Info extends SourceCopy {
  readonly paused: boolean;
}

/** What a server says of the others of its process besides. */
export interface ProcessInfo extends Info {
  /** The ports of all of them, its own among them; empty if it does not say. */
  readonly ports: readonly number[];
  /** Whether there is a Metalink that lists those with the same copy. */
  readonly isMetalinkReady: boolean;
}

const INFO_PATH = "/.multiport/info";

/** Characters in the longest name and the longest entity tag that are believed. */
const MAX_NAME_LENGTH = 1024;
const MAX_ETAG_LENGTH = 256;

/** What no file's name has in it. What else is strange about it concerns who gives a file that name. */
const UNNAMEABLE = /[/\0]/;

/** What an entity tag is made of (RFC 9110, 8.8.3): it is sent back in a header field. */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]*"$/;

/**
 * Asks a server for its info over a connection with nothing under way.
 *
 * @param timeoutMs Milliseconds that the answer may take.
 * @throws {LostError} If it gives none that makes sense.
 */
export async function askInfo(
  connection: ClientConnection,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<Info> {
  return parseInfo(
    await withDeadline(exchange(connection, timeoutMs), timeoutMs, () => connection.close()),
  );
}

/**
 * As {@linkcode askInfo}, but has the server close the connection behind its answer. When it resolves, the
 * server has let go of the connection: one that takes a single connection has room for the next.
 */
export async function askInfoAlone(
  connection: ClientConnection,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<Info> {
  const giveUp = () => connection.close();
  const asking = exchange(connection, timeoutMs, { Connection: "close" });
  const text = await withDeadline(asking, timeoutMs, giveUp);
  // One that keeps the connection open all the same notices when it is closed from here.
  await withDeadline(connection.fill(), GOODBYE_MS, giveUp).catch(() => {});
  return parseInfo(text);
}

/** Asks a server for its info, and for the other servers of its process; see {@linkcode askInfo}. */
export async function askProcessInfo(
  connection: ClientConnection,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<ProcessInfo> {
  return parseProcessInfo(
    await withDeadline(exchange(connection, timeoutMs), timeoutMs, () => connection.close()),
  );
}

async function exchange(
  connection: ClientConnection,
  timeoutMs: number,
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  await connection.ask("GET", INFO_PATH, fields);
  const head = await connection.head();
  if (!head) throw new LostError("it closed the connection without an answer");
  if (head.status === 401) throw wantsToken(connection);
  if (head.status === 404) throw new LostError(`it is not an mpserver (no ${INFO_PATH})`, true);
  if (head.status !== 200) throw refusal(head);
  return await readContent(connection, head, MAX_INFO_BYTES, timeoutMs);
}

function wantsToken({ hasCredentials }: ClientConnection): LostError {
  return hasCredentials
    ? new LostError("it wants another token", true, { fault: "token" })
    : new LostError("it wants a token, and was sent none", true, { fault: "no-token" });
}

/**
 * Reads an info answer; fields it does not know are let through, those it needs must make sense.
 *
 * @param text The JSON.
 * @throws {LostError} If they do not.
 */
export function parseInfo(text: string): Info {
  const info = asRecord(parseJson(text));
  const { name, size, etag, state, manifest, modified } = info;
  if (typeof name !== "string" || !isFileName(name)) {
    throw new LostError("its info has no usable file name", true);
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new LostError("its info has no usable size", true);
  }
  return {
    name,
    size,
    etag: parseEtag(etag),
    paused: state === "paused",
    digest: parseDigest(manifest, size),
    ...parseTime(modified),
  };
}

/**
 * Reads an info answer with what it says of other servers; see {@linkcode parseInfo}.
 *
 * @throws {LostError} If it makes no sense.
 */
export function parseProcessInfo(text: string): ProcessInfo {
  const { servers, manifestReady } = asRecord(parseJson(text));
  const ports = Array.isArray(servers) ? servers.filter(isPort) : [];
  return { ...parseInfo(text), ports, isMetalinkReady: manifestReady === true };
}

function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536;
}

/** One that names a file in a folder, and can be asked for. */
function isFileName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_NAME_LENGTH && name !== "." && name !== ".." &&
    name.isWellFormed() && !UNNAMEABLE.test(name);
}

function parseEtag(etag: unknown): string | null {
  if (etag === null || etag === undefined) return null;
  if (typeof etag === "string" && etag.length <= MAX_ETAG_LENGTH && ETAG.test(etag)) return etag;
  throw new LostError("its info has no usable entity tag", true);
}

/** One that cannot be understood does not matter. */
function parseTime(time: unknown): { readonly modified?: Date } {
  const modified = typeof time === "string" ? new Date(time) : undefined;
  return modified && !Number.isNaN(modified.getTime()) ? { modified } : {};
}

function parseDigest(manifest: unknown, size: number): CopyDigest | null {
  if (manifest === null || manifest === undefined) return null;
  const { sha256, piecesSha256, pieceLength } = asRecord(manifest);
  if (!isDigest(sha256) || !isDigest(piecesSha256)) {
    throw new LostError("its info has no usable digests", true);
  }
  if (pieceLength !== pieceLengthFor(size)) {
    throw new LostError("it cuts the file into pieces of another length", true);
  }
  return { sha256, piecesSha256 };
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LostError("its info is not JSON", true, { cause });
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) {
    throw new LostError("its info makes no sense", true);
  }
  return value as Readonly<Record<string, unknown>>;
}
