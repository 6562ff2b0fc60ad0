import { dirname } from "node:path";
import { findProgram } from "./command.ts";

/** A user who is not root has to become one of a user namespace first. */
const IS_ROOT = Deno.build.os === "linux" && Deno.uid() === 0;
const BECOME_ROOT = IS_ROOT ? [] : ["--map-root-user"];

/** How a command in a root ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A file system with nothing in it but a few programs and the libraries that they need: what a script
 * takes for granted shows itself by its absence.
 */
export class BareRoot {
  private constructor(readonly folder: string) {}

  /** Whether this machine lets this user have one. */
  static isPossible(): boolean {
    if (Deno.build.os !== "linux" || findProgram("chroot") === undefined) return false;
    const args = [...BECOME_ROOT, "--mount", "sh", "-c", "mount --bind /dev/null /dev/null"];
    try {
      return new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).outputSync()
        .success;
    } catch {
      return false;
    }
  }

  /**
   * @param folder Where it goes; it has to be there, and empty.
   * @param programs Their names; the first one is the shell.
   */
  static async make(folder: string, programs: readonly string[]): Promise<BareRoot> {
    for (const name of ["bin", "dev", "proc", "tmp"]) {
      await Deno.mkdir(`${folder}/${name}`);
    }
    await Deno.writeTextFile(`${folder}/dev/null`, "");
    for (const name of programs) {
      const path = findProgram(name);
      if (path === undefined) {
        throw new Error(`Cannot put ${name} into a root: it is not installed`);
      }
      await Deno.copyFile(await Deno.realPath(path), `${folder}/bin/${name}`);
      await addLibraries(folder, path);
    }
    return new BareRoot(folder);
  }

  /** Adds the libraries of a program that will be put there later. */
  async addLibrariesOf(program: string): Promise<void> {
    await addLibraries(this.folder, program);
  }

  /**
   * Runs a command in it.
   *
   * @param script For the shell.
   * @param env All of its environment.
   * @param mounts Folders of the machine that it sees, and cannot write to, by their paths in it.
   */
  async run(
    script: string,
    env: Readonly<Record<string, string>>,
    mounts: Readonly<Record<string, string>>,
  ): Promise<Ended> {
    const places = Object.entries(mounts);
    for (const [path] of places) await Deno.mkdir(this.folder + path, { recursive: true });
    const setUp = [
      `mount --rbind /proc '${this.folder}/proc'`,
      `mount --bind /dev/null '${this.folder}/dev/null'`,
      ...places.map(([path, folder]) => `mount --bind -o ro '${folder}' '${this.folder}${path}'`),
      `exec '${findProgram("chroot")}' '${this.folder}' /bin/sh -c "$1"`,
    ].join(" && ");
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const become = ["env", "-i", ...variables, "/bin/sh", "-c", setUp, "sh", script];
    const child = await new Deno.Command("unshare", {
      args: [...BECOME_ROOT, "--mount", ...become],
      stdin: "null",
    }).output();
    for (const [path] of places) await Deno.remove(this.folder + path);
    const decoder = new TextDecoder();
    const { code } = child;
    return { code, stdout: decoder.decode(child.stdout), stderr: decoder.decode(child.stderr) };
  }

  /** Everything in it, with what it has in it: the same tree gives the same list. */
  async tree(): Promise<string[]> {
    return await treeOf(this.folder, "");
  }
}

/** What is in a folder, each with its length or where it leads to, in order. */
export async function treeOf(folder: string, below: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${folder}/${below}`));
  const lines = await Promise.all(entries.map(async ({ name, isDirectory }) => {
    const path = `${below}${name}`;
    if (isDirectory) return [`${path}/`, ...await treeOf(folder, `${path}/`)];
    const { size, mode } = await Deno.lstat(`${folder}/${path}`);
    return [`${path} ${mode} ${size}`];
  }));
  return lines.flat().sort();
}

async function addLibraries(folder: string, program: string): Promise<void> {
  const { stdout } = await new Deno.Command("ldd", { args: [program] }).output();
  const paths = new TextDecoder().decode(stdout).matchAll(/(?:=> |^\t)(\/\S+) \(/gm);
  for (const [, path = ""] of paths) {
    await Deno.mkdir(`${folder}${dirname(path)}`, { recursive: true });
    await Deno.copyFile(await Deno.realPath(path), `${folder}${path}`);
  }
}
