import type { Copy } from "../content/consensus.ts";

/** What a source has. */
export interface SourceCopy extends Copy {
  /** What the source calls the file, which may be no good name for one here. */
  readonly name: string;
  /** The entity tag of the present version; null if the server gives none. */
  readonly etag: string | null;
  /** When it was last changed; absent if the source does not say. */
  readonly modified?: Date;
}
