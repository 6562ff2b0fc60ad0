import { PeerProcess } from "./peer_process.ts";
import { OPENSSL } from "./peers.ts";

/** The only name that certificates of the tests are for. */
export const HOST_NAME = "localhost";

/** A certificate for {@linkcode HOST_NAME} and the authority that vouches for it; paths of PEM files. */
export interface Certificate {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes an authority of the test's own, and a certificate by it.
 *
 * @param folder Where the files go.
 */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const path = (name: string) => `${folder}/${name}.pem`;
  const [authority, certificate, key] = [path("authority"), path("certificate"), path("key")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const common = [...request, "-nodes", "-days", "2"];
  await openssl(folder, [
    ...common,
    ...["-keyout", path("authority-key"), "-out", authority],
    ...["-subj", "/CN=Authority of a test", "-addext", "keyUsage=critical,keyCertSign"],
  ]);
  await openssl(folder, [
    ...common,
    ...["-keyout", key, "-out", certificate, "-CA", authority, "-CAkey", path("authority-key")],
    ...["-subj", `/CN=${HOST_NAME}`, "-addext", `subjectAltName=DNS:${HOST_NAME}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  ]);
  return { authority, certificate, key };
}

async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  await using process = new PeerProcess(OPENSSL, args, { cwd });
  await process.succeeds();
}
