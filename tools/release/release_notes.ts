/**
 * What CHANGELOG.md says about the version that a tag names.
 *
 * @throws {Error} If the tag names another version than `deno.json`, or there is nothing to say.
 *
 * @example
 * ```ts
 * releaseNotes("v0.1.0", "0.1.0", "## [0.1.0] - 2026-11-26\n\n- First.\n"); // "- First.\n"
 * ```
 */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) {
    throw new Error(
      `Cannot release ${tag}: deno.json has version ${version}, so the tag is v${version}`,
    );
  }
  const chapter = changelog.split(/^## /m).find((each) => each.startsWith(`[${version}]`));
  const notes = chapter?.split("\n").slice(1).join("\n").trim() ?? "";
  // Headings alone say nothing.
  if (/^(?!#)\S/m.test(notes)) return `${notes}\n`;
  throw new Error(`Cannot release ${tag}: CHANGELOG.md says nothing under "## [${version}]"`);
}
