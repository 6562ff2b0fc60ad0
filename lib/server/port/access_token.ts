import { createHash, timingSafeEqual } from "node:crypto";

/** What clients have to know to be let in. Only its digest is kept, and how long it takes tells nothing. */
export class AccessToken {
  readonly #digest: Uint8Array;

  constructor(token: string) {
    this.#digest = digestOf(token);
  }

  /**
   * @param authorization The field of that name. The token is taken as `Bearer` (RFC 6750), and as the
   * password in `Basic` (RFC 7617) for programs that can send nothing else.
   */
  isIn(authorization = ""): boolean {
    const [, scheme = "", credentials = ""] = /^([A-Za-z]+) +(\S+)$/.exec(authorization) ?? [];
    switch (scheme.toLowerCase()) {
      case "bearer":
        return this.#equals(credentials);
      case "basic":
        return this.#equals(passwordOf(credentials));
      default:
        return false;
    }
  }

  #equals(token: string): boolean {
    return timingSafeEqual(digestOf(token), this.#digest);
  }
}

/** The digests have one length, whatever the tokens have. */
function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

function passwordOf(credentials: string): string {
  try {
    const text = atob(credentials);
    return text.slice(text.indexOf(":") + 1);
  } catch {
    return "";
  }
}
