import { Namespace } from "./namespace.ts";

/** Where it is mounted: any folder that is there on every machine, and that no program needs. */
const MOUNT_POINT = "/mnt";

const FILLER = "filler";

/** Whether tests can have {@linkcode PrivateDisk}s here. */
export const HAS_PRIVATE_DISKS = Namespace.allows("mount", mounting(1024));

/**
 * A disk in memory, of any size, that only programs started {@linkcode within} have under its path; it
 * is gone when the test is over.
 */
export class PrivateDisk implements AsyncDisposable {
  readonly #namespace: Namespace;

  private constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  /** @param size Bytes. */
  static async make(size: number): Promise<PrivateDisk> {
    return new PrivateDisk(await Namespace.make("mount", mounting(size)));
  }

  /** The command that starts another which has the disk. */
  get within(): string[] {
    return this.#namespace.within;
  }

  /** The path of something on it, for programs that have it. */
  path(name: string): string {
    return `${MOUNT_POINT}/${name}`;
  }

  /** The path of something on it, for the test. */
  outside(name: string): string {
    return `${this.#namespace.root}${MOUNT_POINT}/${name}`;
  }

  /** Takes all the room there is left, for whoever else writes there. */
  async fill(): Promise<void> {
    using filler = await Deno.create(this.outside(FILLER));
    for (let length = 1024 ** 2; length >= 1024; length /= 2) await writeUntilFull(filler, length);
  }

  /** Gives the room back. */
  async unfill(): Promise<void> {
    await Deno.remove(this.outside(FILLER));
  }

  /** The names of the files on it, in order. */
  async names(): Promise<string[]> {
    const entries = await Array.fromAsync(Deno.readDir(this.outside("")));
    return entries.map(({ name }) => name).filter((name) => name !== FILLER).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#namespace[Symbol.asyncDispose]();
  }
}

function mounting(size: number): string {
  return `mount -t tmpfs -o size=${size} none ${MOUNT_POINT}`;
}

async function writeUntilFull(file: Deno.FsFile, length: number): Promise<void> {
  const zeros = new Uint8Array(length);
  try {
    for (;;) await file.write(zeros);
  } catch (error) {
    if (!/no space left/i.test(String(error))) throw error;
  }
}
