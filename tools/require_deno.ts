/** The oldest Deno that all of this works with. */
export const MINIMUM_DENO = "2.7.9";

/** Newer ones that it does not work with, and why. */
const BROKEN: Readonly<Record<string, string>> = {
  "2.8.3": "closing a connection does not end what is read from it (denoland/deno#35292)",
};

/**
 * Throws where the running Deno is older than {@linkcode MINIMUM_DENO}, or known not to work.
 *
 * @throws {Error} Says what to do.
 */
export function requireDeno(running: string = Deno.version.deno): void {
  if (!isAtLeast(MINIMUM_DENO, running)) refuse(running, `${MINIMUM_DENO} or newer is needed`);
  const reason = BROKEN[running];
  if (reason !== undefined) refuse(running, `there ${reason}`);
}

/** Whether the running Deno is this version or a newer one. */
export function isAtLeast(version: string, running: string = Deno.version.deno): boolean {
  const wanted = numbersOf(version);
  const found = numbersOf(running);
  const at = found.findIndex((number, at) => number !== wanted[at]);
  return at < 0 || found[at]! > wanted[at]!;
}

function refuse(running: string, reason: string): never {
  throw new Error(
    `Cannot work with Deno ${running}: ${reason}. ` +
      "Run `deno upgrade`, or put `npx --yes deno@2.7.14` in place of `deno`.",
  );
}

/** Major, minor and patch. */
function numbersOf(version: string): number[] {
  return version.split(/[-.+]/, 3).map((part) => parseInt(part));
}
