import { attempt, attemptAsync } from "./attempt.ts";
import { readTextIfThere, removeIfThere } from "./if_there.ts";
import { type Checkpoint, encodeCheckpoint } from "./checkpoint.ts";

/** Where a checkpoint is kept. Whatever happens, what is there is a whole one, or none. */
export class CheckpointFile {
  /** @param path Where; the next one is written beside it before it takes its place. */
  constructor(readonly path: string) {}

  /** The text of the checkpoint; undefined if there is none. */
  read(): string | undefined {
    return attempt(`read ${this.path}`, () => readTextIfThere(this.path));
  }

  /** Replaces the checkpoint; the new one is on disk before it counts. */
  async replace(checkpoint: Checkpoint): Promise<void> {
    await attemptAsync(`write ${this.path}`, async () => {
      using file = await Deno.open(this.#next, { write: true, create: true, truncate: true });
      await writeAll(file, new TextEncoder().encode(encodeCheckpoint(checkpoint)));
      await file.syncData();
      await Deno.rename(this.#next, this.path);
    });
  }

  /** Removes it, and the next one, which a full disk or a crash may have left half written. */
  remove(): void {
    for (const path of [this.path, this.#next]) {
      attempt(`remove ${path}`, () => removeIfThere(path));
    }
  }

  get #next(): string {
    return `${this.path}.new`;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}
