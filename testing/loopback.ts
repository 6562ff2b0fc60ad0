/** Every Linux has all of 127.0.0.0/8; elsewhere there is 127.0.0.1 alone. */
const HAS_WHOLE_BLOCK = Deno.build.os === "linux";

/** The first port that tests name by its number. */
const FIRST_PORT = 60000;

/** Where servers of one test can be, without anybody else being there. */
export interface Place {
  readonly host: string;
  readonly ports: readonly number[];
}

/**
 * An address and ports that no other test has. Where the loopback interface has a block of addresses,
 * one of them is picked by chance, so that the ports are free whatever else runs on the machine.
 */
export function freePlace(ports: number): Place {
  if (!HAS_WHOLE_BLOCK) return { host: "127.0.0.1", ports: freePorts(ports) };
  const [a = 0, b = 0, c = 0] = crypto.getRandomValues(new Uint8Array(3));
  // Neither 127.0.0.1, where everybody is, nor an address that ends in 0 or 255.
  const host = `127.${1 + a % 254}.${b}.${1 + c % 254}`;
  return { host, ports: Array.from({ length: ports }, (_, at) => FIRST_PORT + at) };
}

function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  for (const listener of listeners) listener.close();
  return listeners.map(({ addr }) => addr.port);
}
