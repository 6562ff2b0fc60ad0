import { join } from "node:path";

/** A certificate for a server and its key, both PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  /** Where they are, for programs that take files. */
  readonly certPath: string;
  readonly keyPath: string;
}

/** What kind of key a server may have. */
export type KeyKind = "RSA" | "P-256" | "P-384" | "P-521";

/** What a certificate is to say, if not that it is good for a month. */
export interface CertificateOptions {
  /** Its key; by default P-256. */
  readonly key?: KeyKind;
  /** Days from now on that it is valid; negative: it has expired. */
  readonly days?: number;
}

/** An authority of a test's own, as companies have theirs: nobody trusts it who was not told to. */
export class CertificateAuthority implements AsyncDisposable {
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes one; OpenSSL must be installed. */
  static async make(): Promise<CertificateAuthority> {
    const authority = new CertificateAuthority(await Deno.makeTempDir());
    await authority.#openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=authority",
      ["-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", "ca.key", "-out", "ca.pem"],
    );
    return authority;
  }

  /** The file with its own certificate. */
  get path(): string {
    return join(this.#folder, "ca.pem");
  }

  /** Its own certificate, PEM. */
  get pem(): string {
    return Deno.readTextFileSync(this.path);
  }

  /**
   * Makes a certificate for a server.
   *
   * @param names Names and addresses as OpenSSL writes them: `DNS:localhost`, `IP:127.0.0.1`.
   */
  async issue(
    names: readonly string[],
    { days = 30, key: kind = "P-256" }: CertificateOptions = {},
  ): Promise<ServerCertificate> {
    const name = `server${++this.#count}`;
    const [key, request, cert, extensions] = ["key", "csr", "pem", "ext"].map((ext) =>
      `${name}.${ext}`
    ) as [string, string, string, string];
    await Deno.writeTextFile(join(this.#folder, extensions), `subjectAltName=${names.join(",")}\n`);
    const newKey = kind === "RSA" ? "rsa:2048" : `ec -pkeyopt ec_paramgen_curve:${kind}`;
    await this.#openssl(
      `req -newkey ${newKey} -nodes -subj /CN=server`,
      ["-keyout", key, "-out", request],
    );
    await this.#openssl(
      "x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial",
      ["-days", String(days), "-in", request, "-extfile", extensions, "-out", cert],
    );
    const [certPath, keyPath] = [join(this.#folder, cert), join(this.#folder, key)];
    return {
      cert: await Deno.readTextFile(certPath),
      key: await Deno.readTextFile(keyPath),
      certPath,
      keyPath,
    };
  }

  async #openssl(command: string, args: readonly string[]): Promise<void> {
    const { success, stderr } = await new Deno.Command("openssl", {
      args: [...command.split(" "), ...args],
      cwd: this.#folder,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) throw new Error(`openssl ${command}: ${new TextDecoder().decode(stderr)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}
