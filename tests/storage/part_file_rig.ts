import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Checkpoint, encodeCheckpoint } from "../../lib/storage/checkpoint.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { Scratch } from "../../testing/scratch.ts";
import { contentOf } from "../client/content.ts";

export const CONTENT = contentOf(0, 1000);
export const CHECKPOINT: Checkpoint = {
  size: CONTENT.length,
  pieceLength: 100,
  sha256: "a".repeat(64),
  etags: ['"v1"'],
  pieces: Uint8Array.of(0b101, 0),
  unverified: Uint8Array.of(0b1010, 0),
};

/** Never says stop. */
export const never = new AbortController().signal;

/** The error is that of a local file, and its message has all of these parts. */
export async function rejectsWith(work: () => Promise<unknown>, ...parts: string[]): Promise<void> {
  const failure = await assertRejects(work, MultiportError);
  assertEquals(failure.code, "local");
  for (const part of parts) assertStringIncludes(failure.message, part);
}

/** Leaves a part file with some content behind, as a run that was cut off does. */
export function leave(
  output: string,
  content = CONTENT,
  checkpoint = encodeCheckpoint(CHECKPOINT),
): void {
  Deno.writeFileSync(`${output}.part`, content);
  Deno.writeTextFileSync(`${output}.part.checkpoint`, checkpoint);
}

/** A folder, the output in it, and the names of the two files beside that. */
export class Place implements AsyncDisposable {
  readonly output: string;
  readonly part: string;
  readonly checkpoint: string;

  private constructor(readonly scratch: Scratch) {
    this.output = scratch.path("out");
    this.part = `${this.output}.part`;
    this.checkpoint = `${this.part}.checkpoint`;
  }

  static async make(): Promise<Place> {
    return new Place(await Scratch.make());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scratch[Symbol.asyncDispose]();
  }
}
