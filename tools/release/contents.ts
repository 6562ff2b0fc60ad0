import { CLIENT_MANUAL } from "../../lib/cli/manual/client_manual.ts";
import { renderCompletions } from "../../lib/cli/manual/completions.ts";
import { renderManPage } from "../../lib/cli/manual/man_page.ts";
import type { Manual } from "../../lib/cli/manual/manual.ts";
import { SERVER_MANUAL } from "../../lib/cli/manual/server_manual.ts";
import { VERSION } from "../../lib/cli/manual/version.ts";
import { executableName } from "../executables.ts";
import { PROGRAMS } from "../programs.ts";

/** A file that people install. */
export interface ReleaseFile {
  /** Where it goes, below the prefix. */
  readonly path: string;
  readonly mode: 0o755 | 0o644;
  /** A file of this project, or a text. */
  readonly from: { readonly file: string } | { readonly text: string };
}

/** What a list of files is made for. */
export interface Edition {
  readonly target: string;
  /** The folder with the executables. */
  readonly executables: string;
  /** Notices of what is in the executables besides this project. */
  readonly notices: string;
  /** The day of the last change, as `2026-11-26`. */
  readonly date: string;
}

const MANUALS = [CLIENT_MANUAL, SERVER_MANUAL];
const DOCUMENTS = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"];

/**
 * Everything that people install, in order: the archive, the Debian package and the Homebrew formula
 * are all made of this list.
 *
 * The executables follow each other: they begin with the same hundred megabytes.
 */
export function releaseFiles({ target, executables, notices, date }: Edition): ReleaseFile[] {
  const windows = target.includes("windows");
  const programs = PROGRAMS.map((program) => executableName(program, target));
  const files: ReleaseFile[] = [
    ...programs.map((name): ReleaseFile => ({
      path: `bin/${name}`,
      mode: 0o755,
      from: { file: `${executables}/${name}` },
    })),
    ...DOCUMENTS.map((name) => plain(`share/doc/multiport/${name}`, { file: name })),
    plain("share/doc/multiport/THIRD-PARTY", { text: notices }),
    ...MANUALS.map((manual) =>
      plain(`share/multiport/${manual.name}.ps1`, { text: renderCompletions(manual, "powershell") })
    ),
    ...windows ? [] : [...MANUALS.flatMap((manual) => unixFiles(manual, date))],
    ...target.includes("linux") ? SERVICE.map(copied) : [],
  ];
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The systemd unit and its configuration, which only Linux has a use for. */
const SERVICE = ["mpserver.conf", "mpserver.service"];

function copied(name: string): ReleaseFile {
  return plain(`share/multiport/${name}`, { file: `packaging/${name}` });
}

/** The manual page, and completions where each shell looks for them by itself; PowerShell does not. */
function unixFiles(manual: Manual, date: string): ReleaseFile[] {
  const { name } = manual;
  return [
    plain(`share/man/man1/${name}.1`, { text: renderManPage(manual, { version: VERSION, date }) }),
    ...Object.entries({
      bash: `share/bash-completion/completions/${name}`,
      fish: `share/fish/vendor_completions.d/${name}.fish`,
      zsh: `share/zsh/site-functions/_${name}`,
    }).map(([shell, path]) => plain(path, { text: renderCompletions(manual, shell) })),
  ];
}

function plain(path: string, from: ReleaseFile["from"]): ReleaseFile {
  return { path, mode: 0o644, from };
}
