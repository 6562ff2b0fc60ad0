import { digestLabel, isBroken, type WholeDigest } from "../content/digest.ts";
import { type MetalinkFile, strongestDigest } from "../content/metalink.ts";
import { MultiportError } from "../multiport_error.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { Verification } from "./verification.ts";

/** The digest that a whole file must have, and who wants that. */
export interface WantedDigest extends WholeDigest {
  /** Who has told it, in words; undefined if the person named it, or a Metalink that they named. */
  readonly saidBy: string | undefined;
}

/** Who may have said which digest the whole file has. */
export interface DigestSayings {
  /** SHA-256 that the person named. */
  readonly sha256: string | undefined;
  /** What a Metalink says of the file. */
  readonly file: MetalinkFile | undefined;
  readonly agreement: Agreement;
  /** Whether what servers say counts. */
  readonly verify: boolean;
}

/**
 * The digest that the whole file must have besides what its pieces are compared with: the one that was
 * named, else that of the Metalink, else the one that servers tell. What only says the same as the
 * pieces' digests is not compared again.
 *
 * @returns undefined if there is none.
 */
export function wantedDigest(
  { sha256, file, agreement, verify }: DigestSayings,
  by: Pick<Verification, "verify" | "hash">,
): WantedDigest | undefined {
  if (sha256 !== undefined) return { algorithm: "sha-256", digest: sha256, saidBy: undefined };
  if (by.verify && by.hash !== undefined && !isBroken(by.hash)) return undefined;
  const listed = file && strongestDigest(file);
  if (listed) return { ...listed, saidBy: undefined };
  const { whole, guarantors } = agreement;
  if (!verify || by.verify || !whole) return undefined;
  return { ...whole, saidBy: guarantors.map(({ label }) => label).join(", ") };
}

/**
 * Makes sure that a file is what it has to be.
 *
 * @param verdict How the message begins: `Cannot accept film.mp4`.
 * @param found Its digest.
 * @throws {MultiportError} `content` if it is another one.
 */
export function checkDigest(verdict: string, found: string, wanted: WantedDigest): void {
  const { algorithm, digest, saidBy } = wanted;
  if (found === digest) return;
  const whose = saidBy === undefined ? "asked for" : `that its servers tell: ${saidBy}`;
  throw new MultiportError(
    "content",
    `${verdict}: its ${digestLabel(algorithm)} is ${found}, not the ${digest} ${whose}`,
  );
}

/** The SHA-256 of a file that has proved to be the wanted one; null if another algorithm showed it. */
export function sha256Of(wanted: WantedDigest | undefined): string | null {
  return wanted?.algorithm === "sha-256" ? wanted.digest : null;
}
