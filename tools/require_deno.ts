/** The oldest Deno that all of this works with. */
export const MINIMUM_DENO = "2.5.0";

/** Throws where the running Deno is older than that. */
export function requireDeno(minimum: string, running: string = Deno.version.deno): void {
  const [major = 0, minor = 0] = numbersOf(running);
  const [wantedMajor = 0, wantedMinor = 0] = numbersOf(minimum);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Error(
    `Cannot work with Deno ${running}: ${minimum} or newer is needed. ` +
      "Run `deno upgrade`, or put `npx --yes deno@2.7.14` in place of `deno`.",
  );
}

function numbersOf(version: string): number[] {
  return version.split(".").map((part) => parseInt(part));
}
