/** What there is on every port. */
export type Resource = "root" | "content" | "metalink" | "info" | "events";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * What a request target names. It is percent-decoded once and compared with the few names there are;
 * it is never made into a path of the file system.
 *
 * @param target Path and query as sent; the query means nothing here.
 * @param name The file's name.
 *
 * @example
 * ```ts
 * resourceOf("/one%20d.mp4", "one d.mp4"); // "content"
 * resourceOf("/../etc/passwd", "one d.mp4"); // undefined
 * ```
 */
export function resourceOf(target: string, name: string): Resource | undefined {
  const [path = ""] = target.split("?", 1);
  switch (decodePath(path)) {
    case `/${name}`:
      return "content";
    case `/${name}.meta4`:
      return "metalink";
    case "/.multiport/info":
      return "info";
    case "/.multiport/events":
      return "events";
    case "/":
      return "root";
    default:
      return undefined;
  }
}

/** The path to the file on every port, percent-encoded. */
export function pathOf(name: string): string {
  return `/${encodeURIComponent(name.toWellFormed())}`;
}

/** Undefined if the path is not UTF-8, or a percent sign stands alone. */
function decodePath(path: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < path.length; at++) {
    if (path[at] !== "%") {
      bytes.push(path.charCodeAt(at));
      continue;
    }
    const digits = path.slice(at + 1, at + 3);
    if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return undefined;
    bytes.push(parseInt(digits, 16));
    at += 2;
  }
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
