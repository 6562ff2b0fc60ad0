import type { ByteRange } from "../../byte_range.ts";
import { PIECE, type PieceMap } from "./client_event.ts";
import type { Glyphs } from "../terminal/glyphs.ts";
import { betweenBarEnds } from "../terminal/progress_bar.ts";
import type { Line, Span, Style } from "../terminal/styled_text.ts";

/** A file, cut into the cells of a line of text. */
export interface FileCells {
  /** Bytes in the file. */
  readonly size: number;
  /** Bytes in every piece but the last. */
  readonly pieceLength: number;
  /** What each of its pieces is; empty before the first look at it. */
  readonly pieces: PieceMap;
}

/** More than this of a cell and it counts as done. */
const NEARLY = 0.95;

/**
 * The part that one server has in a file, of exactly `columns` columns: the bar is the whole file from
 * its start to its end, in it what the server has delivered, and what is its to deliver.
 *
 * @param portion What is its to deliver.
 *
 * @example
 * ```ts
 * renderLine(sourceBar(file, { index: 2, portion }, 10, ASCII_GLYPHS, "green"), false); // "[  ##+-  ]"
 * ```
 */
export function sourceBar(
  file: FileCells,
  { index, portion }: { readonly index: number; readonly portion: readonly ByteRange[] },
  columns: number,
  glyphs: Glyphs,
  style: Style,
): Line {
  const cells = columns - 2;
  if (cells < 1) return [];
  const begun = begunPiece(file, portion);
  const text = cellsOf(file, cells).map((cell) => {
    const length = cell.end - cell.start;
    const done = (bytesByOwner(file, cell).get(index) ?? 0) + overlap(begun, cell);
    const left = portion.reduce((sum, range) => sum + overlap(range, cell), 0);
    if (done === 0) return left === 0 ? " " : glyphs.todo;
    return left === 0 || done >= NEARLY * length ? glyphs.done : glyphs.begun;
  }).join("");
  return betweenBarEnds([{ text, style }], glyphs);
}

/** What has come of the piece that comes next: pieces belong to nobody until they are whole. */
function begunPiece({ pieceLength }: FileCells, [next]: readonly ByteRange[]): ByteRange {
  const end = next?.start ?? 0;
  return { start: Math.floor(end / pieceLength) * pieceLength, end };
}

/** One sign for each server of the piece map; beyond these there is no map. */
const OWNERS = "123456789abcdefghijklmnopqrstuvwxyz";
const STYLES: readonly Style[] = ["cyan", "green", "yellow", "magenta", "blue"];

/** The most servers that a piece map can tell apart by their signs. */
export const MAX_MAPPED_SERVERS = OWNERS.length;

/** The sign of a server in the piece map. */
export function ownerSign(index: number): string {
  return OWNERS[index - 1] ?? "?";
}

/**
 * The whole file in one line of `columns` columns, as wide as the bar of the whole above it: who
 * delivered which part, what is missing, and where it was wrong.
 *
 * @example
 * ```ts
 * renderLine(pieceMapLine(file, 10, ASCII_GLYPHS), false); // " 11=22.3!4"
 * ```
 */
export function pieceMapLine(file: FileCells, columns: number, glyphs: Glyphs): Line {
  const spans = cellsOf(file, Math.max(columns - 2, 0)).map((cell): Span => {
    const owners = bytesByOwner(file, cell);
    if (owners.has(PIECE.wrong)) return { text: "!", style: "red" };
    const [owner] = [...owners].reduce((most, each) => each[1] > most[1] ? each : most, [0, 0]);
    if (owner > 0) {
      return { text: ownerSign(owner), style: STYLES[(owner - 1) % STYLES.length] ?? "cyan" };
    }
    if (owner === PIECE.kept) return { text: glyphs.kept, style: "dim" };
    return { text: owner === PIECE.unverified ? glyphs.unverified : glyphs.missing, style: "dim" };
  });
  return [" ", ...merged(spans)];
}

function cellsOf({ size }: FileCells, count: number): ByteRange[] {
  return Array.from({ length: count }, (_, at) => ({
    start: size * at / count,
    end: size * (at + 1) / count,
  }));
}

/** How much of a cell is of which kind: a server that delivered it, or one of `PIECE`. */
function bytesByOwner(
  { size, pieceLength: length, pieces }: FileCells,
  cell: ByteRange,
): Map<number, number> {
  const bytes = new Map<number, number>();
  for (let piece = Math.floor(cell.start / length); piece * length < cell.end; piece++) {
    const owner = pieces[piece] ?? PIECE.missing;
    const range = { start: piece * length, end: Math.min((piece + 1) * length, size) };
    bytes.set(owner, (bytes.get(owner) ?? 0) + overlap(range, cell));
  }
  return bytes;
}

function overlap(a: ByteRange, b: ByteRange): number {
  return Math.max(Math.min(a.end, b.end) - Math.max(a.start, b.start), 0);
}

/** Neighbours of the same style in one span. */
function merged(spans: readonly Span[]): Span[] {
  const runs: Span[] = [];
  for (const span of spans) {
    const last = runs.at(-1);
    if (typeof span !== "string" && typeof last === "object" && last.style === span.style) {
      runs[runs.length - 1] = { text: last.text + span.text, style: span.style };
    } else {
      runs.push(span);
    }
  }
  return runs;
}
