import type { ServerCertificate } from "./certificates.ts";

/** What a web server does, if not what it should. */
export interface WebServerOptions {
  /** Whether parts are served. */
  readonly ranges?: boolean;
  /** Header fields of every answer with content. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Answers a request instead, by how many came before; undefined: it is served. */
  readonly instead?: (request: Request, earlier: number) => Response | undefined;
  /** Makes it speak https. */
  readonly certificate?: ServerCertificate;
}

/** What a web server was asked for. */
export interface WebRequest {
  readonly path: string;
  readonly range: string | null;
  readonly url: URL;
  readonly headers: Headers;
}

/** Any web server, such as this project has nothing to do with, on loopback. */
export class WebServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** What was asked for, in order: paths and ranges. */
  readonly requests: WebRequest[] = [];
  readonly #scheme: "http" | "https";
  /** Bytes of content that were asked for, without those of probes. */
  asked = 0;

  /** @param content What it serves, under any path. */
  constructor(content: Uint8Array<ArrayBuffer>, options: WebServerOptions = {}) {
    const { ranges = true, fields = {}, instead, certificate } = options;
    this.#scheme = certificate ? "https" : "http";
    const at = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const tls = certificate ? { cert: certificate.cert, key: certificate.key } : {};
    this.#server = Deno.serve({ ...at, ...tls }, (request) => {
      const range = request.headers.get("range");
      const url = new URL(request.url);
      const asked = { path: url.pathname, range, url, headers: request.headers };
      const earlier = this.requests.push(asked) - 1;
      const other = instead?.(request, earlier);
      if (other) return other;
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
      if (!ranges || first === undefined || last === undefined) {
        const headers = { ...fields, "Content-Length": `${content.length}` };
        return new Response(content, { headers });
      }
      const part = content.subarray(Number(first), Number(last) + 1);
      if (range !== "bytes=0-0") this.asked += part.length;
      const end = Number(first) + part.length - 1;
      const headers = { ...fields, "Content-Range": `bytes ${first}-${end}/${content.length}` };
      return new Response(part, { status: 206, headers });
    });
  }

  /** The address of a file on it. */
  url(path = "/film.mp4", host = "127.0.0.1"): string {
    return `${this.#scheme}://${host}:${this.#server.addr.port}${path}`;
  }

  /** Everything that it was sent, as text. */
  get transcript(): string {
    return this.requests.map(({ url, headers }) => `${url.href}\n${[...headers].join("\n")}`)
      .join();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
