import type { Copy } from "../content/consensus.ts";

/** What a source has. */
export interface SourceCopy extends Copy {
  /** What the source calls the file, which may be no good name for one here. */
  readonly name: string;
  /** The entity tag of the present version; null if the server gives none. */
  readonly etag: string | null;
  /** Its weak entity tag, without the `W/`: another one is another version, the same one proves nothing. */
  readonly weakTag?: string;
  /** When it was last changed; absent if the source does not say. */
  readonly modified?: Date;
}

/**
 * Whether what a source said twice is about one version of its file. Where there is no strong entity tag the
 * time tells.
 *
 * @returns undefined if it did not say enough.
 */
export function isSameVersion(
  one: Pick<SourceCopy, "etag" | "modified" | "weakTag">,
  other: Pick<SourceCopy, "etag" | "modified" | "weakTag">,
): boolean | undefined {
  if (one.etag !== null && other.etag !== null) return one.etag === other.etag;
  if (one.modified && other.modified) return one.modified.getTime() === other.modified.getTime();
  const isOther = one.weakTag !== undefined && other.weakTag !== undefined &&
    one.weakTag !== other.weakTag;
  return isOther ? false : undefined;
}
