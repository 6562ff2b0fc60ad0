import type { ByteRange } from "../byte_range.ts";

/** The digest of a piece. */
export interface PieceDigest {
  readonly piece: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** What a piece that lies in the part file looks like. */
export interface PieceFound {
  /** Null for a piece of zeros that was skipped. */
  readonly sha256: string | null;
  /** The parts of the file that seem to have been written; null unless zeros were looked for. */
  readonly extents: readonly ByteRange[] | null;
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
