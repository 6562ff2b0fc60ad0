import { MultiportError } from "../multiport_error.ts";
import { readNamedFile } from "../read_named_file.ts";

/** How PEM begins (RFC 7468): a certificate, and a key that needs no password. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;
const PRIVATE_KEY = /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----/;

/** What a server proves with that it is who it says, both PEM. */
export interface Certificate {
  /** Its own first, then those that lead to an authority. */
  readonly cert: string;
  readonly key: string;
}

/** Where a certificate and its key are. */
export interface CertificateFiles {
  readonly certPath: string;
  readonly keyPath: string;
}

/**
 * Reads a certificate and its key, and tries them out.
 *
 * @throws {MultiportError} `local` if one of them cannot be read, `usage` if they are none, or do not belong
 * together.
 *
 * @example
 * ```ts
 * const certificate = readCertificate({ certPath: "server.pem", keyPath: "server.key" });
 * ```
 */
export function readCertificate({ certPath, keyPath }: CertificateFiles): Certificate {
  const certificate = { cert: readNamedFile(certPath), key: readNamedFile(keyPath) };
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate }).close();
  } catch (error) {
    const message = `Cannot use ${certPath} with ${keyPath}: ${whyNot(certificate, error)}`;
    throw new MultiportError("usage", message, { cause: error });
  }
  return certificate;
}

/** What Deno says when it is given such a pair is of little use to an operator. */
function whyNot({ cert, key }: Certificate, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!CERTIFICATE.test(cert)) return "the first has no certificate in it; give PEM";
  if (!PRIVATE_KEY.test(key)) return "the second has no key in it; give PEM, not encrypted";
  // What rustls calls it; Deno has no code for it.
  return message.includes("KeyMismatch") ? "the key belongs to another certificate" : message;
}
