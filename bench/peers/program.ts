import type { Contender } from "../contender.ts";

/** A program as a contender that makes nothing: what it takes to start and end it. */
export function program(name: string, argv: readonly string[]): Contender {
  return { name, fetches: () => [{ argv }], servers: () => [] };
}
