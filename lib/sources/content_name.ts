import { parse } from "content-disposition";

/**
 * What a file on the web is called: as its server says (RFC 6266), else as its address ends.
 *
 * @param disposition The `Content-Disposition` field of an answer.
 * @param urls The addresses that it is known by; the first one that ends in a name counts.
 * @returns One segment of a path, not empty. What else may be in it is for whoever makes a file of it.
 *
 * @example
 * ```ts
 * contentName("attachment; filename*=UTF-8''na%C3%AFve.iso", []); // "naïve.iso"
 * contentName(undefined, [new URL("https://a.example/pub/f%20g.iso?x=1")]); // "f g.iso"
 * ```
 */
export function contentName(disposition: string | undefined, urls: readonly URL[]): string {
  const names = [named(disposition), ...urls.map(lastSegment)];
  return names.find((name) => name !== "") ?? urls[0]?.hostname ?? "download";
}

function named(disposition: string | undefined): string {
  if (disposition === undefined) return "";
  const { filename = "" } = parse(disposition).parameters;
  return segmentOf(filename);
}

function lastSegment({ pathname }: URL): string {
  const segment = pathname.slice(pathname.lastIndexOf("/") + 1);
  try {
    return segmentOf(decodeURIComponent(segment));
  } catch {
    return segment; // Percent signs that encode nothing stand for themselves.
  }
}

/** What names a folder besides, or a way out of one, is no part of a name. */
function segmentOf(name: string): string {
  const segment = name.split(/[/\\]/).at(-1) ?? "";
  return segment === "." || segment === ".." ? "" : segment;
}
