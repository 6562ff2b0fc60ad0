import type { ByteRange } from "../byte_range.ts";

/** The digest of a piece. */
export interface PieceDigest {
  readonly piece: number;
  /** Lower-case hexadecimal digits: SHA-256, unless only a weaker one was published. */
  readonly digest: string;
}

/** Which parts of a range in the part file seem to have been written: what never was reads as zeros. */
export interface Written {
  /** In order, not overlapping. */
  readonly extents: readonly ByteRange[];
  /** Zeros in them that are too few to tell whether they are content or were never written, in order. */
  readonly gaps: readonly ByteRange[];
}

/** What a piece that lies in the part file looks like. */
export interface PieceFound {
  /** Null for a piece of zeros that was skipped. */
  readonly digest: string | null;
  /** Null unless zeros were looked for. */
  readonly written: Written | null;
}

/** Reads pieces back that lie in the part file. */
export interface PieceReader {
  /**
   * Has a piece hashed.
   *
   * @param skipEmpty Whether to spare the work where there is nothing but zeros.
   * @throws If it cannot be read.
   */
  read(piece: number, range: ByteRange, skipEmpty: boolean): Promise<PieceFound>;
}
