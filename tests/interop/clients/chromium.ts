import { beforeDeadline } from "../../support/deadline.ts";
import { PeerProcess } from "../peer_process.ts";
import { CLIENTS } from "../peers.ts";

/** Without a screen, without sound, and without a word to its maker. */
const ARGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--no-proxy-server",
  "--mute-audio",
  "--remote-debugging-port=0",
  "about:blank",
];

/** What comes over the wire of the DevTools protocol. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: { readonly message: string };
}

/**
 * A page of a headless Chromium, driven over the DevTools protocol.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export class ChromiumPage implements AsyncDisposable {
  readonly #process: PeerProcess;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #sessionId: string | undefined;
  #lastId = 0;

  private constructor(process: PeerProcess, socket: WebSocket) {
    this.#process = process;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
  }

  /** @param folder Where it keeps what it needs. */
  static async open(folder: string): Promise<ChromiumPage> {
    const args = [...ARGS, `--user-data-dir=${folder}/profile`];
    const process = new PeerProcess(CLIENTS.chromium, args, { cwd: folder });
    try {
      const [, url = ""] = await process.says(/DevTools listening on (ws:\S+)/);
      const socket = new WebSocket(url);
      const opened = new Promise((resolve) => socket.addEventListener("open", resolve));
      await beforeDeadline(opened, () => `a connection to ${url}`);
      const page = new ChromiumPage(process, socket);
      await page.#attach();
      return page;
    } catch (error) {
      await process[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Goes to a place, and waits until it is loaded. */
  async goTo(url: string): Promise<void> {
    const { promise: loaded, resolve } = Promise.withResolvers<void>();
    const listener = ({ method }: Message) => {
      if (method === "Page.loadEventFired") resolve();
    };
    this.#listeners.add(listener);
    await this.#call("Page.navigate", { url });
    await beforeDeadline(loaded, () => `${url} in Chromium`);
    this.#listeners.delete(listener);
  }

  /**
   * Runs a script in the page.
   *
   * @param script The body of an async function.
   * @returns What that returns, which must be JSON.
   * @throws {Error} What it throws, in words.
   */
  async run(script: string): Promise<unknown> {
    const expression = `(async () => { ${script} })()`;
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#call("Runtime.evaluate", options) as {
      result: { value?: unknown };
      exceptionDetails?: { exception?: { description?: string } };
    };
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? "The script failed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve));
    await this.#process[Symbol.asyncDispose]();
    await beforeDeadline(closed, () => "the end of the connection to Chromium");
  }

  async #attach(): Promise<void> {
    const { targetId } = await this.#call("Target.createTarget", { url: "about:blank" });
    const target = { targetId, flatten: true };
    const { sessionId } = await this.#call("Target.attachToTarget", target);
    this.#sessionId = sessionId as string;
    await this.#call("Page.enable");
  }

  async #call(method: string, params: object = {}): Promise<{ readonly [name: string]: unknown }> {
    const id = ++this.#lastId;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, sessionId: this.#sessionId }));
    const what = () => `Chromium's answer to ${method} ${JSON.stringify(params)}`;
    const { result, error } = await beforeDeadline(answer, what);
    if (result === undefined) throw new Error(`${method}: ${error?.message}`);
    return result;
  }

  #hear(message: Message): void {
    if (message.id === undefined) {
      for (const listener of this.#listeners) listener(message);
    } else {
      this.#answers.get(message.id)?.(message);
      this.#answers.delete(message.id);
    }
  }
}
