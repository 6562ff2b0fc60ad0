import type { ByteRange } from "../byte_range.ts";
import { formatContentRange, formatUnsatisfiedRange } from "./content_range.ts";
import { formatHttpDate } from "./http_date.ts";
import { allowsRange, checkPreconditions, type Validators } from "./preconditions.ts";
import { parseRange } from "./range.ts";
import type { RequestHead } from "./request_head.ts";

/** What an answer about a file depends on, beside the request. */
export interface FileFacts extends Validators {
  /** Bytes in the file. */
  readonly size: number;
  /** Whether the file on disk is still the one that is served. */
  readonly unchanged: boolean;
  /** SHA-256 of the whole file in hexadecimal, once it is known. */
  readonly sha256?: string | undefined;
}

/** A status and its fields, without those about the connection and the moment. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The bytes of the file to send; absent when the answer has no file content. */
  readonly range?: ByteRange;
  /** A line for a person, sent as content of an answer that is an error. */
  readonly message?: string;
}

/**
 * Decides how a GET or HEAD request for the file is answered: preconditions first (RFC 9110, 13.2.2),
 * then the range (14.2). Pure: nothing is read or sent here.
 *
 * @param request The request; its method is GET or HEAD.
 * @param file The file as it is served.
 * @param nowMs The present, in milliseconds since 1970.
 *
 * @example
 * ```ts
 * const { status, range } = answerFileRequest(request, file, Date.now());
 * // of a request with `Range: bytes=0-99`: 206, { start: 0, end: 100 }
 * ```
 */
export function answerFileRequest(request: RequestHead, file: FileFacts, nowMs: number): Answer {
  if (!file.unchanged) return answerChanged(request);
  switch (checkPreconditions(request.headers, file, nowMs)) {
    case "failed":
      return { status: 412, headers: [], message: "This is another version of the file." };
    case "not modified":
      return { status: 304, headers: validatorFields(file) };
    case "holds":
      return answerContent(request, file, nowMs);
  }
}

/** A client that named a version gets to know that this is not it; any other one, that there is none. */
function answerChanged(request: RequestHead): Answer {
  const conditional = request.headers.has("if-match") || request.headers.has("if-unmodified-since");
  return {
    status: conditional ? 412 : 409,
    headers: [["Cache-Control", "no-store"]],
    message: "The file was changed on the server while it was being served.",
  };
}

function answerContent(request: RequestHead, file: FileFacts, nowMs: number): Answer {
  const headers: [string, string][] = [
    ["Accept-Ranges", "bytes"],
    ...validatorFields(file),
    ["Content-Type", "application/octet-stream"],
    ["X-Content-Type-Options", "nosniff"],
  ];
  if (file.sha256 !== undefined) headers.push(["Repr-Digest", reprDigest(file.sha256)]);
  const whole = { start: 0, end: file.size };
  const field = request.headers.get("range");
  // Range means something in a GET request only (RFC 9110, 14.2).
  if (
    field === undefined || request.method !== "GET" || !allowsRange(request.headers, file, nowMs)
  ) {
    return { status: 200, headers, range: whole };
  }
  const requested = parseRange(field, file.size);
  switch (requested.kind) {
    case "whole":
      return { status: 200, headers, range: whole };
    case "part": {
      const contentRange = formatContentRange(requested.range, file.size);
      headers.push(["Content-Range", contentRange]);
      return { status: 206, headers, range: requested.range };
    }
    case "unsatisfiable":
      return {
        status: 416,
        headers: [["Content-Range", formatUnsatisfiedRange(file.size)]],
        message: `The file has ${file.size} bytes.`,
      };
  }
}

function validatorFields(file: Validators): [string, string][] {
  return [["ETag", file.etag], ["Last-Modified", formatHttpDate(file.lastModifiedMs)]];
}

/** RFC 9530, 3: of the whole file, also where only a part of it is sent. */
function reprDigest(sha256: string): string {
  const bytes = sha256.match(/../g)?.map((digits) => parseInt(digits, 16)) ?? [];
  return `sha-256=:${btoa(String.fromCharCode(...bytes))}:`;
}
