import { beforeDeadline } from "./deadline.ts";

/** What of the machine a test can have for itself. */
export type Resource = "net" | "mount";

/** A user who is not root has to become one of a user namespace first. */
const IS_ROOT = Deno.build.os !== "windows" && Deno.uid() === 0;
const BECOME_ROOT = IS_ROOT ? [] : ["--map-root-user"];

/**
 * Namespaces of Linux: what is set up in them is nobody else's business, and goes with the process that
 * keeps them, which does nothing but wait for the end of its standard input. So nothing is left
 * behind even when the tests are killed.
 */
export class Namespace implements AsyncDisposable {
  readonly #keeper: Deno.ChildProcess;
  readonly #resource: Resource;

  private constructor(keeper: Deno.ChildProcess, resource: Resource) {
    this.#keeper = keeper;
    this.#resource = resource;
  }

  /** Whether this machine lets this user have one in which the script can be run. */
  static allows(resource: Resource, script: string): boolean {
    if (Deno.build.os !== "linux") return false;
    try {
      const args = [...BECOME_ROOT, `--${resource}`, "sh", "-c", script];
      return new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).outputSync()
        .success;
    } catch {
      return false;
    }
  }

  /** @param script Sets it up. */
  static async make(resource: Resource, script: string): Promise<Namespace> {
    const keeper = new Deno.Command("unshare", {
      args: [...BECOME_ROOT, `--${resource}`, "sh", "-c", `${script} && echo ready && exec cat`],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const namespace = new Namespace(keeper, resource);
    const reader = keeper.stdout.getReader();
    const { done } = await beforeDeadline(reader.read(), () => `a namespace with ${script}`);
    reader.releaseLock();
    if (!done) return namespace;
    await namespace[Symbol.asyncDispose]();
    throw new Error(`Cannot make a namespace with ${script}`);
  }

  /** The command that starts another in it, and becomes it. */
  get within(): string[] {
    const asUser = IS_ROOT ? [] : ["--user", "--preserve-credentials"];
    return ["nsenter", `--target=${this.#keeper.pid}`, `--${this.#resource}`, ...asUser, "--"];
  }

  /** How processes outside of it call the root of its file system. */
  get root(): string {
    return `/proc/${this.#keeper.pid}/root`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper.stdin.close().catch(() => {});
    await this.#keeper.stdout.cancel();
    await this.#keeper.status;
  }
}
