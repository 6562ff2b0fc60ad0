/** A symbol that the library exports, and the examples in its documentation. */
export interface Documented {
  readonly name: string;
  /** Their code. */
  readonly examples: readonly string[];
}

/** What `deno doc --json` says of a module, as far as it matters here. */
interface Documentation {
  readonly nodes: Readonly<Record<string, ModuleDocumentation>>;
}

interface ModuleDocumentation {
  readonly module_doc?: JsDoc;
  readonly symbols: readonly {
    readonly name: string;
    readonly declarations: readonly { readonly jsDoc?: JsDoc }[];
  }[];
}

interface JsDoc {
  readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
}

/**
 * Reads which symbols a module exports, and their examples; those of the module itself come first.
 *
 * @param json What `deno doc --json` printed.
 */
export function documentedIn(json: string): Documented[] {
  const { nodes }: Documentation = JSON.parse(json);
  return Object.values(nodes).flatMap(({ module_doc, symbols }) => [
    { name: "the module", examples: examplesIn(module_doc) },
    ...symbols.map(({ name, declarations }) => ({
      name,
      examples: declarations.flatMap(({ jsDoc }) => examplesIn(jsDoc)),
    })),
  ]);
}

function examplesIn({ tags = [] }: JsDoc = {}): string[] {
  return tags.filter(({ kind }) => kind === "example").flatMap(({ doc = "" }) => examplesOf(doc));
}

/** The TypeScript in a text in Markdown. */
export function examplesOf(markdown: string): string[] {
  return [...markdown.matchAll(/```ts\n([^]*?)```/g)].map(([, code = ""]) => code);
}
