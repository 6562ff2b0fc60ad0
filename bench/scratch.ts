import { runCommand } from "../testing/command.ts";

/** The names of all scratch folders begin like this, and go on with the number of their process. */
export const SCRATCH_PREFIX = "multiport-bench-";

/**
 * A folder of its own for everything that a run makes: in memory where that can be had, so that no
 * disk is measured. Programs that Deno compiled may not write under /dev/shm, hence a mount.
 */
export class Scratch implements AsyncDisposable {
  readonly folder: string;
  /** Why it is on disk; undefined when it is in memory. */
  readonly onDisk: string | undefined;

  private constructor(folder: string, onDisk: string | undefined) {
    this.folder = folder;
    this.onDisk = onDisk;
  }

  /** Makes one. */
  static async create(): Promise<Scratch> {
    const folder = await Deno.makeTempDir({ prefix: `${SCRATCH_PREFIX}${Deno.pid}-` });
    const mount = ["mount", "-t", "tmpfs", "-o", "size=95%,mode=755", "tmpfs", folder];
    const onDisk = await runCommand(mount).then(() => undefined, (error) => error.message);
    await Deno.mkdir(`${folder}/tmp`);
    return new Scratch(folder, onDisk);
  }

  /** A path in it. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeScratch(this.folder);
  }
}

/** Removes a scratch folder, mounted or not. */
export async function removeScratch(folder: string): Promise<void> {
  // A program that was just killed may still hold a file: the mount then goes when the file does.
  const unmount = () => runCommand(["umount", "--lazy", folder]);
  await unmount().catch(() => {});
  await Deno.remove(folder, { recursive: true });
}
