import { type Origin, urlsOf } from "../origin.ts";

const URL_LINES = /^ *<url>.*<\/url>\n/gm;

/**
 * Writes a Metalink for mirrors: what an mpserver says of the file, with the mirrors' URLs for its own.
 *
 * @returns The path.
 */
export async function writeMirrorsMetalink(
  server: Origin,
  mirrors: Origin,
  path: string,
): Promise<string> {
  const response = await fetch(`${urlsOf(server)[0]}.meta4`);
  const urls = urlsOf(mirrors).map((url) => `    <url>${url}</url>\n`).join("");
  const text = (await response.text()).replace(URL_LINES, "");
  await Deno.writeTextFile(path, text.replace("  </file>", `${urls}  </file>`));
  return path;
}
