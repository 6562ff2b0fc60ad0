import { dirname } from "node:path";

/** Writes a file as a whole or not at all: whoever reads it meanwhile sees the old or the new. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const draft = await Deno.makeTempFile({ dir: dirname(path), prefix: ".draft-" });
  try {
    await Deno.writeTextFile(draft, text);
    await Deno.chmod(draft, 0o644);
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft);
    throw error;
  }
}
