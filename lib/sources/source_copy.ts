import type { Copy } from "../content/consensus.ts";

/** What a source has. */
export interface SourceCopy extends Copy {
  /** The file's name, safe to be used as one. */
  readonly name: string;
  /** The entity tag of the present version; null if the server gives none. */
  readonly etag: string | null;
}
