import { VERSION } from "../../lib/cli/manual/version.ts";
import type { ReleaseFile } from "./contents.ts";

/** How Homebrew asks what machine it is on. */
const MACHINES: readonly (readonly [system: string, processor: string, target: string])[] = [
  ["macos", "arm", "aarch64-apple-darwin"],
  ["macos", "intel", "x86_64-apple-darwin"],
  ["linux", "arm", "aarch64-unknown-linux-gnu"],
  ["linux", "intel", "x86_64-unknown-linux-gnu"],
];

/** What Homebrew calls the places of files. */
const PLACES: readonly (readonly [folder: string, place: string])[] = [
  ["bin/", "bin"],
  ["share/bash-completion/completions/", "bash_completion"],
  ["share/doc/multiport/", "doc"],
  ["share/fish/vendor_completions.d/", "fish_completion"],
  ["share/man/man1/", "man1"],
  ["share/multiport/", "pkgshare"],
  ["share/zsh/site-functions/", "zsh_completion"],
];

/**
 * A Homebrew formula that installs the archives of a release.
 *
 * @param files What an archive has in it, on macOS.
 * @param sums The digests of the archives that there are, by name.
 * @param url Where they can be fetched from.
 */
export function homebrewFormula(
  files: readonly ReleaseFile[],
  sums: ReadonlyMap<string, string>,
  url: string,
): string {
  const machines = MACHINES.flatMap(([system, processor, target]) => {
    const name = `multiport-${VERSION}-${target}.tar.xz`;
    const digest = sums.get(name);
    if (digest === undefined) return [];
    return [
      "",
      `  on_${system} do`,
      `    on_${processor} do`,
      `      url "${url.replace(/\/$/, "")}/${name}"`,
      `      sha256 "${digest}"`,
      "    end",
      "  end",
    ];
  });
  return [
    "class Multiport < Formula",
    '  desc "Download one file from many servers at once, verified"',
    `  homepage "${url.replace(/\/releases\/.*$/, "")}"`,
    `  version "${VERSION}"`,
    '  license "MIT"',
    ...machines,
    "",
    "  def install",
    ...PLACES.flatMap(([folder, place]) => {
      const paths = files.map(({ path }) => path).filter((path) => path.startsWith(folder));
      return paths.map((path) => `    ${place}.install "${path}"`);
    }),
    "  end",
    "",
    "  test do",
    '    assert_match version.to_s, shell_output("#{bin}/mpclient --version")',
    '    assert_match version.to_s, shell_output("#{bin}/mpserver --version")',
    "  end",
    "end",
    "",
  ].join("\n");
}
