/** Digests of a whole file, 64 and 128 lower-case hexadecimal digits; those that were told. */
export interface ReprDigests {
  readonly sha256?: string;
  readonly sha512?: string;
}

/** Members of the dictionary that count, with their values: bytes in Base64 between colons. */
const MEMBER = /(?:^|,)[ \t]*(sha-256|sha-512)=:([A-Za-z0-9+/=]*):/g;

/** The same in the field that came before: `SHA-256=…`, also of the content before any coding. */
const INSTANCE = /(?:^|,)[ \t]*(?:id-)?(sha-256|sha-512)=([A-Za-z0-9+/=]*)/gi;

/** Bytes in a digest. */
const LENGTHS: Readonly<Record<string, number>> = { "sha-256": 32, "sha-512": 64 };

/**
 * What an answer says of the digest of the whole file, whatever part of it is sent: `Repr-Digest` (RFC
 * 9530), else `Digest` (RFC 3230). `Content-Digest` is about the part alone, and says nothing here. What is
 * malformed, or of another algorithm, is left out.
 *
 * @example
 * ```ts
 * const headers = new Map([["repr-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"]]);
 * readReprDigests(headers); // { sha256: "e3b0c442…" }
 * ```
 */
export function readReprDigests(
  headers: { get(name: string): string | null | undefined },
): ReprDigests {
  const current = digestsIn(headers.get("repr-digest") ?? "", MEMBER);
  return Object.keys(current).length > 0
    ? current
    : digestsIn(headers.get("digest") ?? "", INSTANCE);
}

function digestsIn(text: string, pattern: RegExp): ReprDigests {
  const digests: { sha256?: string; sha512?: string } = {};
  for (const [, name = "", value = ""] of text.matchAll(pattern)) {
    const algorithm = name.toLowerCase();
    const digest = hexOf(value, LENGTHS[algorithm] ?? 0);
    if (digest !== undefined) digests[algorithm === "sha-256" ? "sha256" : "sha512"] = digest;
  }
  return digests;
}

function hexOf(base64: string, length: number): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return bytes.length === length ? bytes.toHex() : undefined;
  } catch {
    return undefined; // It is no Base64.
  }
}
