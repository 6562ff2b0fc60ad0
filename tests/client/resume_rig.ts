import type { ByteRange } from "../../lib/byte_range.ts";
import { Agreement } from "../../lib/sources/agreement.ts";
import { type Checkpoint, encodeCheckpoint } from "../../lib/storage/checkpoint.ts";
import { FetchWorkerPool } from "../../lib/transfer/fetch_worker_pool.ts";
import { PartFile } from "../../lib/storage/part_file.ts";
import { PieceSet } from "../../lib/content/piece_set.ts";
import { resume } from "../../lib/client/resume.ts";
import type { Manifest } from "../../lib/content/manifest.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";
import { SourceMarks } from "../../lib/client/source_marks.ts";
import { Scratch } from "../../testing/scratch.ts";
import { contentOf, sha256 } from "./content.ts";
import { SourcesRig } from "../sources/sources_rig.ts";

export const PIECE_LENGTH = 64 * 1024;
export const COUNT = 10;
export const SIZE = COUNT * PIECE_LENGTH - 1000;
export const CONTENT = contentOf(0, SIZE);
export const DIGEST = "a";

export const store = () => new PieceStore(SIZE, PIECE_LENGTH);
export const rangeOf = (piece: number) => store().rangeOf(piece);
const bytesOf = ({ start, end }: { start: number; end: number }) => CONTENT.subarray(start, end);

const MANIFEST: Manifest = {
  name: "film.mp4",
  size: SIZE,
  sha256: DIGEST.repeat(64),
  pieceLength: PIECE_LENGTH,
  pieces: Array.from({ length: COUNT }, (_, piece) => sha256(bytesOf(rangeOf(piece)))),
};

/** What an earlier run left: pieces that are there, and what its checkpoint says. */
interface Left {
  /** Whole pieces that were written. */
  readonly written?: readonly number[];
  /** Other bytes that were written, by position. */
  readonly also?: readonly (readonly [position: number, bytes: Uint8Array])[];
  readonly length?: number;
  /** The checkpoint's text, or its pieces. */
  readonly checkpoint?: string | readonly number[];
  readonly identity?: Partial<Checkpoint>;
}

/** What the servers say now. */
interface Said {
  readonly digest?: string | null;
  readonly etag?: string;
  /** Whether pieces are verified at all. */
  readonly verify?: boolean;
  /** Whether every piece has to come from two servers. */
  readonly twice?: boolean;
  /** Whether there is a manifest already. */
  readonly settled?: boolean;
}

interface Resumed {
  /** Pieces that the checkpoint vouches for. */
  readonly recorded: readonly number[];
  /** Pieces that were compared with the manifest, and are right. */
  readonly pieces: readonly number[];
  /** Whole pieces that could not be compared yet. */
  readonly unverified: readonly number[];
  /** What is there of other pieces. */
  readonly beginnings: readonly ByteRange[];
  readonly missing: readonly ByteRange[];
  readonly notices: readonly string[];
  /** Bytes of the part file, and whether there is a checkpoint. */
  readonly length: number;
  readonly hasCheckpoint: boolean;
}

/** Has a download go on from what was left. */
export async function resumed(left: Left, said: Said = {}): Promise<Resumed> {
  await using scratch = await Scratch.make();
  const output = scratch.path("film.mp4");
  leave(output, left);
  const { digest = DIGEST, etag = '"v1"', verify = true, twice = false } = said;
  const { settled = verify && digest !== null } = said;
  const pieces = store();
  if (settled) pieces.settle(MANIFEST);
  const rig = new SourcesRig(1);
  rig.answer([1], { size: SIZE, digest, etag });
  const notices: string[] = [];
  using part = await PartFile.open(output);
  const job = { ...jobOf(part), ...verify ? { hash: "sha-256" as const } : {} };
  const pool = new FetchWorkerPool(job);
  try {
    await resume({
      ...contextOf(rig, pieces),
      part,
      pool,
      verify,
      twice,
      notice: (message) => notices.push(message.replace(part.path, "PART")),
    });
    const { size } = Deno.statSync(part.path);
    const hasCheckpoint = (await scratch.names()).includes("film.mp4.part.checkpoint");
    return {
      recorded: [...pieces.in("vouched")],
      pieces: [...pieces.in("right")],
      unverified: [...pieces.in("unverified")],
      beginnings: beginningsOf(pieces),
      missing: pieces.missing,
      notices,
      length: size,
      hasCheckpoint,
    };
  } finally {
    await pool.close();
  }
}

/** What it takes to go on, but for the part file, where pieces are compared and nobody is told. */
export function contextOf({ sources }: SourcesRig, pieces: PieceStore) {
  return {
    sources,
    agreement: new Agreement(sources),
    marks: new SourceMarks(sources, pieces),
    pieces,
    verify: true,
    twice: false,
    bringsBack: true,
    notice: () => {},
    signal: new AbortController().signal,
  };
}

/** Of pieces that are not whole, and of which something is there. */
function beginningsOf(pieces: PieceStore): ByteRange[] {
  return pieces.missing.flatMap(({ start }) => {
    const first = Math.floor(start / PIECE_LENGTH) * PIECE_LENGTH;
    return start > first ? [{ start: first, end: start }] : [];
  });
}

export function jobOf({ path, identity }: PartFile) {
  return {
    path,
    file: identity,
    size: SIZE,
    pieceLength: PIECE_LENGTH,
    encrypted: false,
    sources: 1,
  };
}

export function leave(
  output: string,
  { written = [], also = [], length, checkpoint, identity }: Left,
): void {
  using file = Deno.createSync(`${output}.part`);
  const write = (bytes: Uint8Array, position: number) => {
    file.seekSync(position, Deno.SeekMode.Start);
    file.writeSync(bytes);
  };
  const isLeft = written.length > 0 || also.length > 0 || checkpoint !== undefined;
  file.truncateSync(length ?? (isLeft ? SIZE : 0));
  for (const piece of written) write(bytesOf(rangeOf(piece)), rangeOf(piece).start);
  for (const [position, bytes] of also) write(bytes, position);
  if (checkpoint === undefined) {
    if (isLeft) Deno.writeTextFileSync(`${output}.part.checkpoint`, "");
    return;
  }
  const pieces = new PieceSet(COUNT);
  if (typeof checkpoint !== "string") { for (const piece of checkpoint) pieces.add(piece); }
  const text = typeof checkpoint === "string" ? checkpoint : encodeCheckpoint({
    size: SIZE,
    pieceLength: PIECE_LENGTH,
    sha256: MANIFEST.sha256,
    etags: ['"v1"'],
    pieces: pieces.bits,
    unverified: new PieceSet(COUNT).bits,
    ...identity,
  });
  Deno.writeTextFileSync(`${output}.part.checkpoint`, text);
}
