import type { Manifest } from "../content/manifest.ts";
import type { FileIdentity } from "./file_identity.ts";

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
  /** There will be no manifest of this file. */
  | { readonly type: "withheld"; readonly file: FileIdentity; readonly reason: string }
  /** All files are done. */
  | { readonly type: "ended" };
