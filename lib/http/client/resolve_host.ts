import { lookup } from "node:dns";

/**
 * All addresses of a host name, as the system knows them: from its hosts file, or from name servers.
 *
 * @param signal Ends the wait; the system itself may go on asking for a while.
 * @returns In the order in which the system would try them (RFC 6724); at least one.
 * @throws {Deno.errors.NotFound} If it has none, or no name server answers.
 */
export async function resolveHost(name: string, signal: AbortSignal): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener("abort", giveUp);
  try {
    if (signal.aborted) giveUp();
    // `Deno.resolveDns` would ask name servers only.
    lookup(name, { all: true, order: "verbatim" }, (error, found) => {
      if (error === null) resolve(found.map(({ address }) => address));
      else reject(new Deno.errors.NotFound(`the name ${name} cannot be resolved`));
    });
    const addresses = await promise;
    if (addresses.length === 0) throw new Deno.errors.NotFound(`the name ${name} has no address`);
    return [...new Set(addresses)];
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
