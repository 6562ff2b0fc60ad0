import { MultiportError } from "../../multiport_error.ts";
import type { Manual } from "./manual.ts";
import type { Option } from "../options/option.ts";

/** Shells that completions can be made for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One of them. */
export type Shell = typeof SHELLS[number];

/** The word after a program's name that asks for its completions. */
export const COMPLETIONS = "completions";

/**
 * What a shell needs to complete a program's command line.
 *
 * @param shell What was typed.
 * @throws {MultiportError} `usage` if it is none of {@linkcode SHELLS}.
 *
 * @example
 * ```ts
 * renderCompletions(CLIENT_MANUAL, "fish"); // "complete -c mpclient -f\n…"
 * ```
 */
export function renderCompletions(manual: Manual, shell: string | undefined): string {
  switch (shell) {
    case "bash":
      return bash(manual);
    case "zsh":
      return zsh(manual);
    case "fish":
      return fish(manual);
    case "powershell":
      return powershell(manual);
    default: {
      const asked = shell === undefined ? "without a shell" : `for ${JSON.stringify(shell)}`;
      throw new MultiportError(
        "usage",
        `Cannot make completions ${asked}: use ${manual.name} ${COMPLETIONS} ${SHELLS.join("|")}`,
      );
    }
  }
}

function bash(manual: Manual): string {
  const options = Object.values(manual.options);
  const takers = options.filter(({ takes }) => takes !== "flag");
  const lists = takers.filter(({ takes }) => takes === "list").flatMap(spellings);
  return [
    `# bash completion for ${manual.name}`,
    `_${manual.name}() {`,
    "  local word=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) option=",
    "  COMPREPLY=()",
    "  # Readline breaks words at =.",
    "  if [[ $word == = ]]; then word=; elif [[ ${COMP_WORDS[at]} == = ]]; then at=$((at - 1)); fi",
    "  if [[ ${COMP_WORDS[at]} == -?* ]]; then",
    "    option=${COMP_WORDS[at]}",
    "  else",
    "    # The values of a list go on until the next option.",
    "    while ((at > 0)) && [[ ${COMP_WORDS[at]} != -?* ]]; do at=$((at - 1)); done",
    `    case \${COMP_WORDS[at]} in ${
      lists.join(" | ") || "''"
    }) option=\${COMP_WORDS[at]} ;; esac`,
    "  fi",
    "  if [[ $word != -* ]]; then",
    "    case $option in",
    ...takers.map((option) => `      ${spellings(option).join(" | ")}) ${bashValues(option)} ;;`),
    "    esac",
    "  fi",
    "  if [[ $word == -* ]]; then",
    `    COMPREPLY=($(compgen -W ${quote(options.flatMap(spellings).join(" "))} -- "$word"))`,
    "  elif ((COMP_CWORD == 1)); then",
    `    COMPREPLY=($(compgen -W ${COMPLETIONS} -- "$word"))`,
    `  elif ((COMP_CWORD == 2)) && [[ \${COMP_WORDS[1]} == ${COMPLETIONS} ]]; then`,
    `    COMPREPLY=($(compgen -W ${quote(SHELLS.join(" "))} -- "$word"))`,
    "  fi",
    "}",
    `complete -F _${manual.name} ${manual.name}`,
    "",
  ].join("\n");
}

function bashValues({ completes }: Option<unknown>): string {
  if (completes === undefined) return "return";
  const words = typeof completes === "string"
    ? completes === "file" ? "-f" : "-d"
    : `-W ${quote(completes.join(" "))}`;
  const names = typeof completes === "string" ? "compopt -o filenames; " : "";
  return `${names}mapfile -t COMPREPLY < <(compgen ${words} -- "$word"); return`;
}

function zsh(manual: Manual): string {
  return [
    `#compdef ${manual.name}`,
    `if [[ $words[2] == ${COMPLETIONS} ]] && ((CURRENT == 3)); then`,
    `  compadd -- ${SHELLS.join(" ")}`,
    "  return",
    "fi",
    "_arguments -s -S \\",
    ...Object.values(manual.options).map((option) => `  ${zshSpec(option)} \\`),
    `  '*: :_files'`,
    "",
  ].join("\n");
}

function zshSpec(option: Option<unknown>): string {
  const all = spellings(option);
  const text = `[${option.help.replace(/[[\]:\\]/g, "\\$&")}]`;
  const value = zshValue(option);
  // An option that is given once more replaces the first one.
  const many = option.takes === "flag" ? `(${all.join(" ")})` : "*";
  const names = all.length > 1 ? `{${all.join(",")}}` : all[0] ?? "";
  return `${quote(many)}${names}${quote(text + value)}`;
}

function zshValue({ takes, placeholder = "", completes }: Option<unknown>): string {
  if (takes === "flag") return "";
  const message = placeholder.replace(/[:…[\]]/g, "");
  const upTo = takes === "list" ? "*-*" : "";
  return `:${upTo}${upTo === "" ? message : `:${message}`}:${zshAction(completes)}`;
}

function zshAction(completes: Option<unknown>["completes"]): string {
  if (completes === undefined) return " ";
  if (completes === "file") return "_files";
  if (completes === "folder") return "_files -/";
  return `(${completes.join(" ")})`;
}

function fish(manual: Manual): string {
  const command = `complete -c ${manual.name}`;
  return [
    `${command} -f`,
    `${command} -n __fish_use_subcommand -a ${COMPLETIONS} -d 'print completions for a shell'`,
    `${command} -n '__fish_seen_subcommand_from ${COMPLETIONS}' -a ${quote(SHELLS.join(" "))}`,
    ...Object.values(manual.options).map((option) => `${command} ${fishOption(option)}`),
    "",
  ].join("\n");
}

function fishOption(option: Option<unknown>): string {
  const { name, short, aliases = [], takes, completes, help } = option;
  const letter = short === undefined ? [] : [`-s ${short}`];
  const names = [name, ...aliases].map((each) => `-l ${each}`);
  const value = takes === "flag" ? [] : [fishValue(completes)];
  return [...letter, ...names, ...value, `-d ${fishQuote(help)}`].join(" ");
}

function fishValue(completes: Option<unknown>["completes"]): string {
  if (completes === undefined) return "-x";
  if (completes === "file") return "-r -F";
  if (completes === "folder") return "-x -a '(__fish_complete_directories)'";
  return `-x -a ${fishQuote(completes.join(" "))}`;
}

function powershell(manual: Manual): string {
  const rows = Object.values(manual.options).flatMap((option) =>
    spellings(option).map((spelling) =>
      `        [System.Management.Automation.CompletionResult]::new(${
        powershellQuote(spelling)
      }, ` +
      `${powershellQuote(spelling)}, 'ParameterName', ${powershellQuote(option.help)})`
    )
  );
  return [
    `Register-ArgumentCompleter -Native -CommandName ${manual.name} -ScriptBlock {`,
    "    param($wordToComplete, $commandAst, $cursorPosition)",
    "    @(",
    ...rows,
    '    ) | Where-Object { $_.CompletionText -clike "$wordToComplete*" }',
    "}",
    "",
  ].join("\n");
}

/** Every way to write an option. */
function spellings({ name, short, aliases = [] }: Option<unknown>): string[] {
  const letter = short === undefined ? [] : [`-${short}`];
  return [...letter, ...[name, ...aliases].map((each) => `--${each}`)];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

function powershellQuote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
