/** Where an answer leads on to (RFC 8288). */
export interface Link {
  /** As it is written: relative to the address of the answer. */
  readonly target: string;
  /** What the target is, in lower case: `describedby`, `duplicate`. */
  readonly rels: readonly string[];
  /** Of the target; undefined if it is not told. */
  readonly type: string | undefined;
}

const LINK = /<([^<>]*)>((?:\s*;\s*[^\s,;="<>]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,;"<>]*))?)*)/g;
const PARAMETER = /;\s*([^\s,;="<>]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"<>]*)))?/g;

/**
 * Reads a `Link` field. What is malformed in it is left out.
 *
 * @example
 * ```ts
 * parseLinks('</f.meta4>; rel=describedby; type="application/metalink4+xml"');
 * // [{ target: "/f.meta4", rels: ["describedby"], type: "application/metalink4+xml" }]
 * ```
 */
export function parseLinks(value: string): Link[] {
  return [...value.matchAll(LINK)].map(([, target = "", text = ""]) => {
    const parameters = new Map<string, string>();
    for (const [, name = "", quoted, bare = ""] of text.matchAll(PARAMETER)) {
      const key = name.toLowerCase();
      // The first one counts (RFC 8288, 3.3).
      if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, "$1") ?? bare);
    }
    const rels = (parameters.get("rel") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    return { target: target.trim(), rels, type: parameters.get("type")?.toLowerCase() };
  });
}
