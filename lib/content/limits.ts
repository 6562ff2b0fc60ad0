/** Wrong pieces after which a server is dropped. */
export const MAX_WRONG_PIECES = 3;

/**
 * Times that a source gives cause for doubt before it is dropped: wrong pieces that it had part in, or
 * that it left unfinished while on parole, without a right one in between.
 */
export const MAX_OFFENCES = 4;

/** Times one piece may turn out wrong before the download is given up. */
export const MAX_PIECE_REJECTIONS = 8;

/**
 * Of a Metalink document: elements, elements within elements, attributes of one element, and
 * characters of a value or an attribute. A document with {@linkcode MAX_METALINK_PIECES} pieces needs
 * two thirds of the elements.
 */
export const MAX_METALINK_ELEMENTS = 100_000;
export const MAX_METALINK_DEPTH = 16;
export const MAX_METALINK_ATTRIBUTES = 16;
export const MAX_METALINK_TEXT = 8 * 1024;

/** Bytes of a Metalink document: 16,384 pieces and 1,024 addresses need less than half of it. */
export const MAX_METALINK_BYTES = 8 * 1024 * 1024;

/** Files and addresses of a file that are read; a document with more is refused. */
export const MAX_METALINK_FILES = 1_024;
export const MAX_METALINK_URLS = 1_024;

/** Pieces of one file: others than we cut files into more, and shorter, pieces. */
export const MAX_METALINK_PIECES = 65_536;
