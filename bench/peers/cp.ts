import type { Contender } from "../contender.ts";
import type { TestFile } from "../test_file.ts";

/** `cp` as a contender: the same file, written once, without any network. */
export function cp(file: TestFile): Contender {
  return {
    name: "cp",
    fetches: (folder) => {
      const path = `${folder}/copy`;
      // Some file systems would share the blocks instead of writing them.
      return [{ argv: ["cp", "--reflink=never", file.path, path], makes: { path, of: file } }];
    },
    servers: () => [],
  };
}
