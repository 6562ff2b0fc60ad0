import { createHash } from "node:crypto";
import type { MultiportError } from "../multiport_error.ts";
import { attempt, attemptAsync, ifThere } from "../disk_error.ts";
import { MAX_CHECKPOINT_BYTES } from "./limits.ts";
import { checkOwner, createOwnFile, foreignFile, openOwnFile } from "./own_file.ts";
import { writeAll } from "./write_all.ts";

/** What a download needs to go on after anything: which content it was, and what of it is on disk. */
export interface Checkpoint {
  /** Bytes in the file. */
  readonly size: number;
  readonly pieceLength: number;
  /** SHA-256 of the content; null if no source had told it. */
  readonly sha256: string | null;
  /** Entity tags that sources gave the content; what identifies it while `sha256` is null. */
  readonly etags: readonly string[];
  /** The pieces that are right, and on disk for certain: one bit each, the lowest bit of a byte first. */
  readonly pieces: Uint8Array;
  /** The same for pieces that are on disk, but could not be compared with a digest yet. */
  readonly unverified: Uint8Array;
  /** Who had it, as far as the next run has to know. Absent: an older program did not say. */
  readonly sources?: readonly CheckpointSource[];
  /** Whether two sources sent each of `pieces` alike. */
  readonly twice?: boolean;
}

/** A source, as a checkpoint knows it. */
export interface CheckpointSource {
  /** Tells its address from others, and tells nothing else about it. */
  readonly mark: string;
  readonly etag: string | null;
  /** When its copy was last changed, as ISO 8601 has it. */
  readonly modified: string | null;
  /** Pieces of which one copy is there that has to be compared with another's: those that it sent. */
  readonly once?: Uint8Array;
}

/** A checkpoint is of no use; the message says why, in words. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}

/** How every checkpoint begins: by it even a damaged one is known for what it is. */
const MARK = '{"format":"multiport checkpoint",';

/** How every whole checkpoint ends. */
const LAST_LINE = /\n[0-9a-f]{64}\n$/;

/** Of the format; raised whenever an older program could misread it. */
const VERSION = 2;

/**
 * Where the checkpoint of a part file is kept. Whatever happens, what is there is a whole one, or
 * none.
 */
export class CheckpointFile {
  readonly #next: string;

  /** @param path Where; the next one is written beside it before it takes its place. */
  constructor(readonly path: string) {
    this.#next = `${path}.new`;
  }

  /**
   * The text of the checkpoint; undefined if there is none.
   *
   * @param owner Whose it has to be.
   * @throws {MultiportError} With the code `local` if something else has its name.
   */
  read(owner: number | null): string | undefined {
    return attempt(`read ${this.path}`, () => {
      using file = openOwnFile(this.path);
      if (file === undefined) return undefined;
      checkOwner(this.path, file, owner);
      const text = readText(file);
      if (isOurs(text)) return text;
      throw notOurs(this.path);
    });
  }

  /**
   * Finds out to whom files belong that are made here: not on every file system to whom makes them.
   *
   * @returns The number of that user; null where there are none.
   */
  ownerHere(): number | null {
    return attempt(`write ${this.#next}`, () => {
      using file = this.#createNext();
      const { uid } = file.statSync();
      Deno.removeSync(this.#next);
      return uid;
    });
  }

  /**
   * Makes the first checkpoint.
   *
   * @param isSynced Whether it is on disk before it counts; else it may be there in name only after a
   * power cut.
   */
  begin(checkpoint: Checkpoint, isSynced = false): void {
    attempt(`write ${this.path}`, () => {
      using file = this.#createNext();
      writeAll(file, encoded(checkpoint));
      if (isSynced) file.syncDataSync();
      Deno.renameSync(this.#next, this.path);
    });
  }

  /** Replaces the checkpoint; the new one is on disk before it counts. */
  async replace(checkpoint: Checkpoint): Promise<void> {
    await attemptAsync(`write ${this.path}`, async () => {
      using file = this.#createNext();
      writeAll(file, encoded(checkpoint));
      await file.syncData();
      await Deno.rename(this.#next, this.path);
    });
  }

  /** Removes it, and the next one, which a full disk or a crash may have left half written. */
  remove(): void {
    attempt(`remove ${this.path}`, () => ifThere(() => Deno.removeSync(this.path)));
    attempt(`remove ${this.#next}`, () => this.#removeNext());
  }

  #createNext(): Deno.FsFile {
    this.#removeNext();
    return createOwnFile(this.#next);
  }

  /** Only what an earlier run left is removed; whatever else has the name stays. */
  #removeNext(): void {
    using file = openOwnFile(this.#next);
    if (file === undefined) return;
    if (file.statSync().size > 0 && !isOurs(readText(file))) throw notOurs(this.#next);
    ifThere(() => Deno.removeSync(this.#next));
  }
}

/**
 * Writes a checkpoint as text: one line of JSON, and one with the SHA-256 of the first, so that a torn or
 * damaged checkpoint is known for what it is.
 *
 * @example
 * ```ts
 * decodeCheckpoint(encodeCheckpoint(checkpoint)); // the same checkpoint
 * ```
 */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { pieces, unverified, sources, ...rest } = checkpoint;
  const json = JSON.stringify({
    version: VERSION,
    ...rest,
    pieces: toBase64(pieces),
    unverified: toBase64(unverified),
    sources: sources?.map(({ once, ...source }) => ({ ...source, once: once && toBase64(once) })),
  });
  const line = MARK + json.slice(1);
  return `${line}\n${checksum(line)}\n`;
}

/**
 * Reads what {@linkcode encodeCheckpoint} wrote.
 *
 * @throws {CheckpointError} If it is damaged, incomplete or of another version.
 */
export function decodeCheckpoint(text: string): Checkpoint {
  const [line = "", sum, end] = text.split("\n");
  if (sum === undefined || end === undefined) throw new CheckpointError("it is incomplete");
  if (sum !== checksum(line)) throw new CheckpointError("it is damaged");
  const fields = parseFields(line);
  if (fields["version"] !== VERSION) {
    throw new CheckpointError(`it is of version ${fields["version"]}, not ${VERSION}`);
  }
  const { size, pieceLength, sha256, etags, sources, twice } = fields;
  const isWhole = isCount(size) && isCount(pieceLength) && pieceLength > 0 &&
    (sha256 === null || isText(sha256)) &&
    Array.isArray(etags) && etags.every(isText);
  if (!isWhole) throw new CheckpointError("it makes no sense");
  return {
    size,
    pieceLength,
    sha256,
    etags,
    pieces: fromBase64(fields["pieces"]),
    unverified: fromBase64(fields["unverified"]),
    ...sources === undefined ? {} : { sources: decodeSources(sources) },
    ...twice === undefined ? {} : { twice: twice === true },
  };
}

function decodeSources(sources: unknown): CheckpointSource[] {
  if (!Array.isArray(sources)) throw new CheckpointError("it makes no sense");
  return sources.map((source: unknown) => {
    const { mark, etag, modified, once } = asFields(source);
    const isWhole = isText(mark) && (etag === null || isText(etag)) &&
      (modified === null || isText(modified));
    if (!isWhole) throw new CheckpointError("it makes no sense");
    return { mark, etag, modified, ...once === undefined ? {} : { once: fromBase64(once) } };
  });
}

/**
 * By its beginning or its end, so that damage in one place leaves one of them. An empty one is what a
 * power cut can make of the first checkpoint.
 */
function isOurs(text: string): boolean {
  return MARK.startsWith(text.slice(0, MARK.length)) || LAST_LINE.test(text);
}

function notOurs(path: string): MultiportError {
  return foreignFile(path, "it is not a checkpoint of this program");
}

function readText(file: Deno.FsFile): string {
  const bytes = new Uint8Array(Math.min(file.statSync().size, MAX_CHECKPOINT_BYTES));
  let length = 0;
  for (let count: number | null = 1; count; length += count ?? 0) {
    count = file.readSync(bytes.subarray(length));
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

function encoded(checkpoint: Checkpoint): Uint8Array {
  return new TextEncoder().encode(encodeCheckpoint(checkpoint));
}

function checksum(line: string): string {
  return createHash("sha256").update(line).digest("hex");
}

function parseFields(line: string): Readonly<Record<string, unknown>> {
  try {
    return asFields(JSON.parse(line));
  } catch {
    // It makes no more sense than a number would.
    throw new CheckpointError("it makes no sense");
  }
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null) return { ...value };
  throw new CheckpointError("it makes no sense");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: unknown): Uint8Array {
  try {
    if (isText(text)) return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    // It is no base64.
  }
  throw new CheckpointError("it makes no sense");
}
