/** Wrong pieces after which a server is dropped. */
export const MAX_WRONG_PIECES = 3;

/** Times one piece may turn out wrong before the download is given up. */
export const MAX_PIECE_REJECTIONS = 8;
