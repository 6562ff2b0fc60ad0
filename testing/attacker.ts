/**
 * A hostile client as a program of its own: `attacker.ts ATTACK`, an {@linkcode Attack} as JSON, does
 * servers harm until it is killed, or until whoever has started it is gone. A line a second tells what it
 * has done so far.
 *
 * @module
 */

import type { Attack } from "./attack.ts";
import { attack } from "./hostile_client.ts";
import { Random } from "./simulation/random.ts";

/** Milliseconds between two lines. */
const TELL_MS = 1_000;

if (import.meta.main) {
  const { seed, path, connections, targets }: Attack = JSON.parse(Deno.args[0] ?? "");
  const deeds = new Map<string, number>();
  const onDeed = (name: string) => {
    deeds.set(name, (deeds.get(name) ?? 0) + 1);
    if (deeds.size === 1 && deeds.get(name) === 1) tell();
  };
  const tell = () => console.log(JSON.stringify(Object.fromEntries(deeds)));
  for (const [at, { address, behaviours }] of targets.entries()) {
    const { hostname, port } = new URL(`http://${address}`);
    const target = { hostname, port: Number(port), path };
    const random = new Random(seed + at);
    attack({ target, behaviours, connections, random, onDeed });
  }
  setInterval(tell, TELL_MS);
  // Nothing is ever typed: it ends when nobody holds the other end any more.
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
}
