/**
 * A hostile client as a program of its own: `attacker.ts PATH CONNECTIONS BEHAVIOUR HOST:PORT…` does each
 * of the servers harm until it is killed.
 *
 * @module
 */

import { HostileClient } from "../testing/hostile_client.ts";
import { Random } from "../testing/simulation/random.ts";

if (import.meta.main) {
  const [path = "/", connections, behaviour = "", ...addresses] = Deno.args;
  for (const [at, address] of addresses.entries()) {
    const { hostname, port } = new URL(`http://${address}`);
    const target = { hostname, port: Number(port), path };
    new HostileClient(target, [behaviour], Number(connections), new Random(at));
  }
  await new Promise(() => {});
}
