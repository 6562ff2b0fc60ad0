import type { Manifest } from "./manifest.ts";

/** A Metalink document without its URLs, which are all that differs from one reader to the next. */
export interface MetalinkSkeleton {
  /** UTF-8; the URLs go between the two. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

const encoder = new TextEncoder();

/**
 * Writes a manifest as Metalink 4 (RFC 5854): name, size, SHA-256 of the file and of every piece.
 *
 * @param manifest What the file contains.
 * @returns The document's bytes around its URLs.
 */
export function writeMetalinkSkeleton(manifest: Manifest): MetalinkSkeleton {
  const before = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<metalink xmlns="urn:ietf:params:xml:ns:metalink">',
    "  <generator>Multiport</generator>",
    `  <file name="${escapeXml(manifest.name)}">`,
    `    <size>${manifest.size}</size>`,
    `    <hash type="sha-256">${manifest.sha256}</hash>`,
    ...pieceLines(manifest),
  ];
  return {
    before: encoder.encode(before.join("\n") + "\n"),
    after: encoder.encode("  </file>\n</metalink>\n"),
  };
}

/** An empty file has no pieces, and RFC 5854 has no `pieces` without a hash in it. */
function pieceLines({ pieces, pieceLength }: Manifest): string[] {
  if (pieces.length === 0) return [];
  return [
    `    <pieces length="${pieceLength}" type="sha-256">`,
    ...pieces.map((digest) => `      <hash>${digest}</hash>`),
    "    </pieces>",
  ];
}

/**
 * Completes a Metalink document. Its long parts are those of the skeleton, not copies of them.
 *
 * @param skeleton From {@linkcode writeMetalinkSkeleton}.
 * @param urls Where identical copies of the file are.
 * @returns The whole document in parts, UTF-8.
 *
 * @example
 * ```ts
 * const skeleton = writeMetalinkSkeleton(manifest);
 * const document = completeMetalink(skeleton, ["http://127.0.0.1:60000/oned.mp4"]);
 * ```
 */
export function completeMetalink(
  skeleton: MetalinkSkeleton,
  urls: readonly string[],
): Uint8Array[] {
  const lines = urls.map((url) => `    <url>${escapeXml(url)}</url>\n`);
  return [skeleton.before, encoder.encode(lines.join("")), skeleton.after];
}

/** As text or attribute value; control characters that XML 1.0 cannot have become U+FFFD. */
function escapeXml(text: string): string {
  return text.toWellFormed()
    .replace(/[&<>"'\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[\p{Cc}\ufffe\uffff]/gu, (char) => /[\x7f-\x9f]/.test(char) ? char : "\ufffd");
}
