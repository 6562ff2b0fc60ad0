import { join } from "node:path";
import { Namespace } from "./namespace.ts";

/** Whether tests can have {@linkcode privateHosts} here. */
export const HAS_PRIVATE_HOSTS = Namespace.allows("mount", "mount --bind /etc/hosts /etc/hosts");

/**
 * A view of this machine in which host names have the addresses that a test gives them, in their order.
 *
 * @param folder One that stays until the end.
 * @param hosts Lines of a hosts file.
 */
export async function privateHosts(folder: string, hosts: readonly string[]): Promise<Namespace> {
  const path = join(folder, "hosts");
  await Deno.writeTextFile(path, `${hosts.join("\n")}\n`);
  return await Namespace.make("mount", `mount --bind ${path} /etc/hosts`);
}
