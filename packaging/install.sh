#!/bin/sh
# Installs mpserver and mpclient for one person, or under a prefix for everybody.
#
#   sh install.sh                                  from the folder that this script is in
#   sh install.sh --from DIR|URL                   from a folder or address with a release
#   sh install.sh --prefix /usr/local              default: ~/.local
#   sh install.sh --uninstall [--prefix DIR]       removes what it installed, and nothing else
#
# A release is a folder with SHA256SUMS and multiport-VERSION-TARGET.tar.xz. Every file that is
# installed, and every folder that was made for it, is listed in PREFIX/share/multiport/files.
set -eu
umask 022

# The oldest GNU libc that the executables run with.
min_glibc=2.27

from=
prefix=${HOME:+$HOME/.local}
uninstall=no

usage() {
  sed -n '2,10s/^# \{0,1\}//p' "$0"
}

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --from | --prefix)
      [ $# -ge 2 ] || fail "Cannot use $1: its value is missing"
      if [ "$1" = --from ]; then from=$2; else prefix=$2; fi
      shift
      ;;
    --from=*) from=${1#*=} ;;
    --prefix=*) prefix=${1#*=} ;;
    --uninstall) uninstall=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "Cannot use $1: see --help" ;;
  esac
  shift
done

[ -n "$prefix" ] || fail 'Cannot choose a folder: HOME is not set; name one with --prefix'
case $prefix in
  /*) ;;
  *) prefix=$PWD/$prefix ;;
esac
prefix=${prefix%/}
list=$prefix/share/multiport/files

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Whether line $1 of a list is a path below the prefix.
is_below() {
  case $1 in
    '' | /* | ../* | */../*) return 1 ;;
  esac
}

# Removes the files in the list $1 that are not in the list $2, and then the folders in $1 that were
# made for them and are empty.
remove_others() {
  while IFS= read -r path; do
    is_below "$path" || continue
    case $path in
      */) ;;
      *) grep -qxF -- "$path" "$2" || rm -f -- "$prefix/$path" ;;
    esac
  done <"$1"
  # The deepest first.
  grep '/$' "$1" | LC_ALL=C sort -r | while IFS= read -r path; do
    is_below "$path" || continue
    [ "$path" != ./ ] || path=
    rmdir -- "$prefix/$path" 2>/dev/null || :
  done
}

if [ "$uninstall" = yes ]; then
  [ -f "$list" ] || fail "Cannot uninstall: nothing is installed in $prefix (no $list)"
  cp -- "$list" "$work/files"
  printf '%s\n' share/multiport/files >>"$work/files"
  : >"$work/none"
  remove_others "$work/files" "$work/none"
  say "Removed Multiport from ${prefix:-/}"
  exit 0
fi

# Which archive ----------------------------------------------------------------------------------------

case $(uname -s) in
  Linux) system=unknown-linux-gnu ;;
  Darwin) system=apple-darwin ;;
  *) fail "Cannot install on $(uname -s): there are executables for Linux, macOS and Windows (install.ps1)" ;;
esac
case $(uname -m) in
  x86_64 | amd64) machine=x86_64 loader=/lib64/ld-linux-x86-64.so.2 ;;
  aarch64 | arm64) machine=aarch64 loader=/lib/ld-linux-aarch64.so.1 ;;
  *) fail "Cannot install on $(uname -m): there are executables for x86_64 and aarch64" ;;
esac
target=$machine-$system

if [ "$system" = unknown-linux-gnu ]; then
  [ -e "$loader" ] ||
    fail "Cannot install: this system has no GNU libc ($loader); the executables need $min_glibc or later"
  # "glibc 2.36", or what the loader says of itself: "ld.so (…) stable release version 2.36."
  glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2) || glibc=
  [ -n "$glibc" ] || glibc=$("$loader" --version 2>/dev/null | sed -n '1s/.* \([0-9.]*[0-9]\)\.*$/\1/p') || glibc=
  # Where nobody knows, starting the program below shows it.
  oldest=$(printf '%s\n%s\n' "$min_glibc" "${glibc:-$min_glibc}" | sort -t . -k 1,1n -k 2,2n | head -n 1)
  [ "$oldest" = "$min_glibc" ] ||
    fail "Cannot install: GNU libc here is $glibc; the executables need $min_glibc or later"
fi

if [ -z "$from" ]; then
  from=$(dirname -- "$0")
  [ -f "$from/SHA256SUMS" ] || fail 'Cannot find a release beside this script: name one with --from DIR or URL'
fi

for tool in tar xz; do
  command -v "$tool" >/dev/null || fail "Cannot unpack the release: $tool is not installed"
done

# Puts file $1 of the release into the work folder.
get() {
  case $from in
    http://* | https://*)
      if command -v curl >/dev/null; then
        curl -fsSL --proto '=http,https' -o "$work/$1" "${from%/}/$1" || fail "Cannot fetch ${from%/}/$1"
      elif command -v wget >/dev/null; then
        wget -q -O "$work/$1" "${from%/}/$1" || fail "Cannot fetch ${from%/}/$1"
      else
        fail 'Cannot fetch the release: neither curl nor wget is installed'
      fi
      ;;
    *) cp -- "$from/$1" "$work/$1" || fail "Cannot read $from/$1" ;;
  esac
}

get SHA256SUMS
archive=$(sed -n "s/^[0-9a-f]\{64\}  \(multiport-[^ /]*-$target\.tar\.xz\)\$/\1/p" "$work/SHA256SUMS" | tail -n 1)
[ -n "$archive" ] || fail "Cannot install: the release has no archive for $target"

# Check it ---------------------------------------------------------------------------------------------

get "$archive"
pattern=$(printf '%s\n' "$archive" | sed 's/\./\\./g')
wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $pattern\$/\1/p" "$work/SHA256SUMS" | tail -n 1)
if command -v sha256sum >/dev/null; then
  found=$(sha256sum "$work/$archive" | cut -d ' ' -f 1)
elif command -v shasum >/dev/null; then
  found=$(shasum -a 256 "$work/$archive" | cut -d ' ' -f 1)
else
  fail 'Cannot check the archive: neither sha256sum nor shasum is installed'
fi
[ "$found" = "$wanted" ] || fail "Cannot install $archive: its SHA-256 is $found, not $wanted"

# Install it -------------------------------------------------------------------------------------------

xz -dc "$work/$archive" | tar -xf - -C "$work" || fail "Cannot unpack $archive"
unpacked=$work/${archive%.tar.xz}
[ -x "$unpacked/bin/mpclient" ] || fail "Cannot install $archive: it has no bin/mpclient"

# A program that does not start must not replace one that does.
"$unpacked/bin/mpclient" --version >/dev/null || fail "Cannot install $archive: its mpclient does not start here"

# Makes folder $1 of the prefix, and lists it if it was not there.
make_folder() {
  [ ! -d "$prefix/$1" ] || return 0
  case $1 in
    */*) make_folder "${1%/*}" ;;
  esac
  mkdir -p -- "$prefix/$1"
  printf '%s/\n' "$1" >>"$work/folders"
}

: >"$work/old"
[ ! -f "$list" ] || cp -- "$list" "$work/old"
# Folders that an earlier version has made are still ours.
grep '/$' "$work/old" >"$work/folders" || :
[ -d "$prefix" ] || printf './\n' >>"$work/folders"
(cd "$unpacked" && find . -type f) | sed 's/^\.\///' | LC_ALL=C sort >"$work/files"
while IFS= read -r file; do
  make_folder "$(dirname -- "$file")"
  # Renamed into place, so that a running program keeps its own file.
  cp -- "$unpacked/$file" "$prefix/$file.new"
  mv -f -- "$prefix/$file.new" "$prefix/$file"
done <"$work/files"
LC_ALL=C sort -u "$work/folders" "$work/files" >"$list.new"
mv -f -- "$list.new" "$list"
remove_others "$work/old" "$list"

say "Installed $("$prefix/bin/mpclient" --version) and mpserver in $prefix/bin"
say "Manual pages are in $prefix/share/man, completions of bash, fish and zsh in $prefix/share"
case :$PATH: in
  *":$prefix/bin:"*) ;;
  *) say "$prefix/bin is not on your PATH; add it: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
case $prefix in
  /usr | /usr/local) ;;
  *) say "For zsh, put this before compinit in ~/.zshrc: fpath=('$prefix/share/zsh/site-functions' \$fpath)" ;;
esac
say "Uninstall with: sh install.sh --uninstall --prefix $prefix"
