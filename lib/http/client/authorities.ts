import { X509Certificate } from "node:crypto";
import { MultiportError } from "../../multiport_error.ts";
import { readNamedFile } from "../../read_named_file.ts";
import { MAX_CERTIFICATES_BYTES } from "../limits.ts";

/** Where systems keep the certificates that everybody on them trusts: Debian, Fedora, SUSE, Alpine, BSD. */
const SYSTEM_STORES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Which files name those who are trusted, besides the authorities that every program knows. */
export interface AuthorityFiles {
  /** `--ca`. */
  readonly ca?: string | undefined;
  /** `SSL_CERT_FILE`: in place of the system's store. */
  readonly sslCertFile?: string | undefined;
}

/**
 * Reads the certificates of those who are trusted: the file that is named, and the one in the environment
 * or else the system's, where companies put their own.
 *
 * @returns PEM, as `Endpoint` takes it.
 * @throws {MultiportError} `local` if a file that was named cannot be read or has no certificate in it.
 */
export function readAuthorities({ ca, sslCertFile }: AuthorityFiles): string[] {
  const named = [ca, sslCertFile].filter((path) => path !== undefined && path !== "") as string[];
  const texts = named.map(readNamed);
  if (!sslCertFile) texts.push(readSystemStore());
  return texts.filter((text) => text !== "");
}

function readNamed(path: string): string {
  const text = readNamedFile(path, "certificates from", MAX_CERTIFICATES_BYTES);
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw new MultiportError("local", `Cannot use certificates from ${path}: there are none (PEM)`);
  }
  for (const [at, certificate] of certificates.entries()) {
    if (!isCertificate(certificate)) {
      throw new MultiportError(
        "local",
        `Cannot use certificates from ${path}: no. ${at + 1} is damaged`,
      );
    }
  }
  return certificates.join("\n");
}

function readSystemStore(): string {
  for (const path of SYSTEM_STORES) {
    try {
      return Deno.readTextFileSync(path);
    } catch {
      // Another system has it elsewhere.
    }
  }
  return "";
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
