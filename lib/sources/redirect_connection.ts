import type { ClientConnection } from "../http/client/client_connection.ts";
import { readContent } from "../http/client/read_content.ts";
import { keepsConnection } from "../http/client/response_content.ts";
import type { ResponseHead } from "../http/client/response_head.ts";
import { MAX_REDIRECT_BYTES } from "./limits.ts";

/**
 * The connection over which a redirect came, kept for the place that it leads to, if that has the same
 * origin. Some servers take a new connection only every few seconds.
 */
export class RedirectConnection implements Disposable {
  #kept: { readonly origin: string; readonly connection: ClientConnection } | undefined;

  /**
   * Keeps a connection, once it has read what comes with the redirect; else it is closed.
   *
   * @param head The head of the redirect.
   * @param silenceMs Milliseconds that nothing may come of that in between.
   */
  async keep(
    { origin }: URL,
    connection: ClientConnection,
    head: ResponseHead,
    silenceMs: number,
  ): Promise<void> {
    if (!keepsConnection(head)) return connection.close();
    try {
      await readContent(connection, head, MAX_REDIRECT_BYTES, silenceMs);
      this.#kept = { origin, connection };
    } catch {
      // Whatever is wrong with it says nothing of the place that the redirect leads to.
      connection.close();
    }
  }

  /** The connection that was kept, if it leads to where a URL is; else it is closed. */
  take({ origin }: URL): ClientConnection | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept?.origin === origin) return kept.connection;
    kept?.connection.close();
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#kept?.connection.close();
    this.#kept = undefined;
  }
}
