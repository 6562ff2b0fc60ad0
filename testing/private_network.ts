import { Namespace } from "./namespace.ts";

const SET_UP = "ip link set lo up";

/** Whether tests can have {@linkcode privateNetwork}s here. */
export const HAS_PRIVATE_NETWORKS = Namespace.allows("net", SET_UP);

/** A network with nothing but a loopback interface, where all ports are free. */
export function privateNetwork(): Promise<Namespace> {
  return Namespace.make("net", SET_UP);
}
