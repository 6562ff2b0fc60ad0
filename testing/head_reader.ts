/** Longer heads are a mistake of the test. */
const MAX_HEAD_LENGTH = 64 * 1024;

/** Reads heads, and what follows them, from a connection. */
export class HeadReader {
  readonly #read: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
  #rest = new Uint8Array();

  /** @param read The next bytes; undefined at the end. */
  constructor(read: () => Promise<Uint8Array<ArrayBuffer> | undefined>) {
    this.#read = read;
  }

  /** The next head, with the empty line that ends it; undefined when the connection has ended. */
  async head(): Promise<string | undefined> {
    let head = "";
    while (head.length < MAX_HEAD_LENGTH) {
      const bytes = await this.some();
      if (bytes === undefined) return undefined;
      const before = head.length;
      head += Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) continue;
      this.#rest = bytes.subarray(end + 4 - before);
      return head.slice(0, end + 4);
    }
    throw new Error("A head without end");
  }

  /** The next bytes, at most so many; undefined at the end. */
  async some(most = MAX_HEAD_LENGTH): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = this.#rest.length > 0 ? this.#rest : await this.#read();
    if (bytes === undefined) return undefined;
    this.#rest = bytes.subarray(most);
    return bytes.subarray(0, most);
  }
}
