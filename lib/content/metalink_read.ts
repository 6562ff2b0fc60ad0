import { SaxesParser } from "saxes";
import { nextTurnIfDue } from "../next_turn.ts";
import {
  MAX_METALINK_ATTRIBUTES,
  MAX_METALINK_BYTES,
  MAX_METALINK_DEPTH,
  MAX_METALINK_ELEMENTS,
  MAX_METALINK_TEXT,
} from "./limits.ts";
import type { Metalink } from "./metalink.ts";
import { MetalinkBuilder, MetalinkError } from "./metalink_builder.ts";

export { MetalinkError } from "./metalink_builder.ts";

/** Characters that are parsed at a time, between two looks at the clock. */
const SLICE_LENGTH = 16 * 1024;

/** What the digest of a piece begins with, where the element has no attributes. */
const PIECE_TAG = "<hash>";

/** Where such elements are allowed. */
const PIECES_PATH = "file/pieces";

/**
 * The digest of a piece as nearly every document has it. There is no markup, entity or other character in
 * it, so that it is well-formed wherever text may stand.
 */
const PIECE_ELEMENT = /[ \t\r\n]*<hash>([0-9A-Fa-f]{1,128})<\/hash>/y;

/** Elements of Metalink 3.0 that only hold others: what is in them is read as if they were not there. */
const CONTAINERS: ReadonlySet<string> = new Set(["files", "verification", "resources"]);

/**
 * Reads a Metalink document, of version 4 (RFC 5854) or 3.0. It streams: nothing of the document is
 * kept but what is asked for, and other work has its turn every few milliseconds.
 *
 * @param document The XML, whole or as it comes.
 * @param base Where the document was found: addresses without a host are there, too.
 * @throws {MetalinkError} If it is no Metalink, says what cannot be, or exceeds a limit.
 *
 * @example
 * ```ts
 * const { files } = await readMetalink(await Deno.readTextFile("film.mp4.meta4"));
 * files[0]?.urls[0]?.url; // "https://a.example/film.mp4"
 * ```
 */
export async function readMetalink(
  document: string | AsyncIterable<string>,
  base?: URL,
): Promise<Metalink> {
  const reader = new MetalinkReader(base);
  for await (const text of typeof document === "string" ? [document] : document) {
    for (let at = 0; at < text.length; at += SLICE_LENGTH) {
      reader.write(text.slice(at, at + SLICE_LENGTH));
      await nextTurnIfDue();
    }
  }
  return reader.end();
}

/** One element that is open: where it stands, and the text in itself. */
interface OpenElement {
  readonly path: string;
  /** Whether it only holds others, and has the path of what it is in. */
  readonly isContainer: boolean;
  text: string;
}

/**
 * Walks through the elements of a document and counts what there is of everything.
 *
 * A parser looks at every character by itself. Nearly all of a long document are digests of pieces, one
 * element like the other: rows of these are taken by a regular expression, in a tenth of the time.
 */
class MetalinkReader {
  readonly #parser = new SaxesParser({ position: false });
  readonly #builder: MetalinkBuilder;
  readonly #open: OpenElement[] = [];
  #elements = 0;
  #attributes = 0;
  #length = 0;
  /** Tags that have ended, of either kind. */
  #tags = 0;

  constructor(base: URL | undefined) {
    this.#builder = new MetalinkBuilder(base);
    this.#parser.on("opentagstart", () => {
      this.#attributes = 0;
      this.#countElement();
      limit("elements within elements", this.#open.length, MAX_METALINK_DEPTH);
    });
    this.#parser.on("attribute", ({ value }) => {
      this.#attributes += 1;
      limit("attributes", this.#attributes, MAX_METALINK_ATTRIBUTES);
      limit("characters in an attribute", value.length, MAX_METALINK_TEXT);
    });
    this.#parser.on("opentag", ({ name, attributes }) => {
      this.#tags += 1;
      this.#enter(name, attributes as Readonly<Record<string, string>>);
    });
    this.#parser.on("closetag", () => {
      this.#tags += 1;
      this.#leave();
    });
    this.#parser.on("text", (text) => this.#take(text));
    this.#parser.on("cdata", (text) => this.#take(text));
  }

  write(text: string): void {
    this.#length += text.length;
    limit("characters", this.#length, MAX_METALINK_BYTES);
    let at = 0;
    for (let tag = 0; (tag = text.indexOf(PIECE_TAG, at)) >= 0;) {
      const before = text.lastIndexOf(">", tag);
      const start = before < at ? at : this.#takePieces(text, at, before);
      // Not in a row that can be taken: the parser knows what to make of it.
      const end = start > tag ? start : tag + PIECE_TAG.length;
      this.#parse(text.slice(start, end));
      at = end;
    }
    this.#parse(text.slice(at));
  }

  end(): Metalink {
    this.#parse(null);
    return this.#builder.build();
  }

  /**
   * Parses up to a `>`, and takes the row of digests behind it if that is the end of a tag among pieces:
   * then neither a comment nor a CDATA section nor another tag is open there.
   *
   * @param start What comes before was parsed.
   * @param before Where the `>` is.
   * @returns Where it has got to.
   */
  #takePieces(text: string, start: number, before: number): number {
    this.#parse(text.slice(start, before));
    const tags = this.#tags;
    this.#parse(">");
    let at = before + 1;
    if (this.#tags === tags || this.#open.at(-1)?.path !== PIECES_PATH) return at;
    for (;;) {
      PIECE_ELEMENT.lastIndex = at;
      const [element, digest = ""] = PIECE_ELEMENT.exec(text) ?? [];
      if (element === undefined) return at;
      this.#countElement();
      this.#builder.close(`${PIECES_PATH}/hash`, digest);
      at += element.length;
    }
  }

  #countElement(): void {
    this.#elements += 1;
    limit("elements", this.#elements, MAX_METALINK_ELEMENTS);
  }

  #enter(qualified: string, attributes: Readonly<Record<string, string>>): void {
    const name = qualified.slice(qualified.indexOf(":") + 1);
    const parent = this.#open.at(-1);
    if (!parent && name !== "metalink") throw new MetalinkError("not a Metalink document");
    const isContainer = parent !== undefined && CONTAINERS.has(name);
    const path = pathOf(name, parent, isContainer);
    this.#open.push({ path, isContainer, text: "" });
    if (!isContainer) this.#builder.open(path, attributes);
  }

  #take(text: string): void {
    const element = this.#open.at(-1);
    if (!element || element.isContainer || !this.#builder.wants(element.path)) return;
    limit("characters in a value", element.text.length + text.length, MAX_METALINK_TEXT);
    element.text += text;
  }

  #leave(): void {
    const element = this.#open.pop();
    if (element?.isContainer === false) this.#builder.close(element.path, element.text.trim());
  }

  /** @param text What comes next; null: nothing more. */
  #parse(text: string | null): void {
    try {
      if (text === null) this.#parser.close();
      else this.#parser.write(text);
    } catch (error) {
      if (error instanceof MetalinkError) throw error;
      const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
      throw new MetalinkError(`not well-formed: ${why}`, { cause: error });
    }
  }
}

/** Where an element stands: `file/pieces/hash`. */
function pathOf(name: string, parent: OpenElement | undefined, isContainer: boolean): string {
  if (!parent) return "";
  if (isContainer) return parent.path;
  return parent.path === "" ? name : `${parent.path}/${name}`;
}

function limit(what: string, value: number, most: number): void {
  if (value > most) throw new MetalinkError(`it has more than ${most} ${what}`);
}
