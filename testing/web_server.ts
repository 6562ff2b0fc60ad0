/** What a web server does, if not what it should. */
export interface WebServerOptions {
  /** Whether parts are served. */
  readonly ranges?: boolean;
  /** Header fields of every answer with content. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Answers a request instead, by how many came before; undefined: it is served. */
  readonly instead?: (request: Request, earlier: number) => Response | undefined;
}

/** Any web server, such as this project has nothing to do with, on loopback. */
export class WebServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** What was asked for, in order: paths and ranges. */
  readonly requests: { readonly path: string; readonly range: string | null }[] = [];
  /** Bytes of content that were asked for, without those of probes. */
  asked = 0;

  /** @param content What it serves, under any path. */
  constructor(content: Uint8Array<ArrayBuffer>, options: WebServerOptions = {}) {
    const { ranges = true, fields = {}, instead } = options;
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const range = request.headers.get("range");
      const earlier = this.requests.push({ path: new URL(request.url).pathname, range }) - 1;
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
  url(path = "/film.mp4"): string {
    return `http://127.0.0.1:${this.#server.addr.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
