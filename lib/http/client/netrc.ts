/** What a netrc file has for one machine. */
export interface NetrcEntry {
  /** Its name; undefined for those that are not named: `default`. */
  readonly machine: string | undefined;
  readonly login: string;
  readonly password: string;
}

/**
 * Reads a netrc file as curl does: words parted by white space, values that may stand in quotation marks;
 * comments and macros are skipped.
 *
 * @example
 * ```ts
 * parseNetrc("machine example.org login me password 'no'"); // [{ machine: "example.org", … }]
 * ```
 */
export function parseNetrc(text: string): NetrcEntry[] {
  // A macro goes on to the next empty line.
  const words = text.replace(/^[ \t]*macdef\b[^]*?(?:\n[ \t]*\r?\n|$(?![^]))/gm, "\n")
    .replace(/^[ \t]*#.*$/gm, "")
    .match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const entries: { machine: string | undefined; login: string; password: string }[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const entry = entries.at(-1);
    switch (words[at]) {
      case "machine":
        entries.push({ machine: valueOf(words[++at]).toLowerCase(), login: "", password: "" });
        break;
      case "default":
        entries.push({ machine: undefined, login: "", password: "" });
        break;
      case "login":
        if (entry) entry.login = valueOf(words[++at]);
        break;
      case "password":
        if (entry) entry.password = valueOf(words[++at]);
        break;
      case "account":
        at += 1;
    }
  }
  return entries;
}

function valueOf(word = ""): string {
  const [, quoted] = /^"(.*)"$/s.exec(word) ?? [];
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
  return quoted?.replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char) ?? word;
}
