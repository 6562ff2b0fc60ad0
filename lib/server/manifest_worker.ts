/**
 * The Web Worker that computes the digests of the served files, one file after the other.
 *
 * @module
 */
import type { Manifest } from "../content/manifest.ts";
import { delay } from "../delay.ts";
import { MultiportError } from "../multiport_error.ts";
import { hashFile } from "./hash_file.ts";
import { FileChangedError, type FileIdentity } from "./served_file.ts";

/** What the supervisor tells the manifest worker: the one message there is. */
export interface ToManifestWorker {
  /** Every file once, whatever the number of its servers. */
  readonly files: readonly FileIdentity[];
}

/** What the manifest worker tells the supervisor. */
export type FromManifestWorker =
  | { readonly type: "progress"; readonly file: FileIdentity; readonly doneBytes: number }
  | {
    readonly type: "ready";
    readonly file: FileIdentity;
    readonly manifest: Manifest;
    /** SHA-256 over the raw digests of all pieces, in hexadecimal. */
    readonly piecesSha256: string;
  }
  /** The file cannot be opened for want of descriptors, and is tried again soon. */
  | { readonly type: "short of descriptors"; readonly file: FileIdentity }
  /** There will be no manifest of this file. */
  | {
    readonly type: "withheld";
    readonly file: FileIdentity;
    readonly reason: string;
    /** Whether the file is not what it was when the servers started. */
    readonly isChanged: boolean;
  }
  /** All files are done. */
  | { readonly type: "ended" };

/** Milliseconds between two reports of how far a file is. */
const PROGRESS_INTERVAL_MS = 250;

/** Milliseconds before a file is opened again that could not be for want of descriptors. */
const RETRY_MS = 250;

/** The worker's end is that of its whole thread. */
const FOR_EVER = new AbortController().signal;

declare const self: {
  onmessage: (event: MessageEvent<ToManifestWorker>) => void;
  postMessage(message: FromManifestWorker): void;
};

self.onmessage = async ({ data: { files } }) => {
  for (const file of files) self.postMessage(await hashed(file));
  self.postMessage({ type: "ended" });
};

async function hashed(file: FileIdentity): Promise<FromManifestWorker> {
  for (;;) {
    try {
      return { type: "ready", file, ...hashFile(file, progressReporter(file)) };
    } catch (error) {
      if (!isShortage(error)) return withheld(file, error);
      self.postMessage({ type: "short of descriptors", file });
      await delay(RETRY_MS, FOR_EVER);
    }
  }
}

function progressReporter(file: FileIdentity): (doneBytes: number) => void {
  let toldMs = performance.now();
  return (doneBytes) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_INTERVAL_MS || doneBytes === file.size) return;
    toldMs = nowMs;
    self.postMessage({ type: "progress", file, doneBytes });
  };
}

/** Whether this process, or the whole system, has as many files and connections open as it may. */
function isShortage(error: unknown): boolean {
  const cause = error instanceof MultiportError ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "EMFILE" || code === "ENFILE";
}

function withheld(file: FileIdentity, error: unknown): FromManifestWorker {
  const isChanged = error instanceof FileChangedError;
  return { type: "withheld", file, reason: reasonOf(error), isChanged };
}

function reasonOf(error: unknown): string {
  if (error instanceof FileChangedError) return "it was changed meanwhile";
  return error instanceof Error ? error.message : String(error);
}
