/** How long a token may be, in characters. */
const MAX_TOKEN_LENGTH = 4096;

/** What RFC 6750, 2.1 lets a token be made of. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Whether a text can be sent as a token (RFC 6750, 2.1).
 *
 * @example
 * ```ts
 * isAccessToken("x7-2Q"); // true
 * isAccessToken("two words"); // false
 * ```
 */
export function isAccessToken(text: string): boolean {
  return text.length <= MAX_TOKEN_LENGTH && TOKEN.test(text);
}
