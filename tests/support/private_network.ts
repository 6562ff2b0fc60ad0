import { beforeDeadline } from "./deadline.ts";

/** A user who is not root has to become one of a namespace of his own first. */
const BECOME_ROOT = Deno.build.os !== "windows" && Deno.uid() !== 0 ? ["--map-root-user"] : [];

/**
 * A network of its own, with nothing but a loopback interface: all ports are free, and what happens in
 * it is nobody else's business. It lives as long as a process that does nothing but wait in it.
 */
export class PrivateNetwork implements AsyncDisposable {
  readonly #keeper: Deno.ChildProcess;

  private constructor(keeper: Deno.ChildProcess) {
    this.#keeper = keeper;
  }

  /** Whether this machine and this user can have one. */
  static isPossible(): boolean {
    if (Deno.build.os !== "linux") return false;
    try {
      const args = [...BECOME_ROOT, "--net", "ip", "link", "set", "lo", "up"];
      return new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).outputSync()
        .success;
    } catch {
      return false;
    }
  }

  static async make(): Promise<PrivateNetwork> {
    const script = "ip link set lo up && echo up && exec cat";
    const keeper = new Deno.Command("unshare", {
      args: [...BECOME_ROOT, "--net", "sh", "-c", script],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = keeper.stdout.getReader();
    await beforeDeadline(reader.read(), () => "a network namespace");
    reader.releaseLock();
    return new PrivateNetwork(keeper);
  }

  /** The command that starts another in this network, and becomes it. */
  get within(): string[] {
    const asUser = BECOME_ROOT.length > 0 ? ["--user", "--preserve-credentials"] : [];
    return ["nsenter", "--target", `${this.#keeper.pid}`, "--net", ...asUser, "--"];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper.stdin.close();
    await this.#keeper.stdout.cancel();
    await this.#keeper.status;
  }
}
