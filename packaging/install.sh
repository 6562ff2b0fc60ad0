#!/bin/sh
# Installs mpserver and mpclient for one person, or under a prefix for everybody.
#
#   sh install.sh                                  from the folder that this script is in
#   sh install.sh --from DIR|URL                   from a folder or address with a release
#   sh install.sh --prefix /usr/local              default: ~/.local
#   sh install.sh --uninstall [--prefix DIR]       removes what it installed, and nothing else
#
# A release is a folder with SHA256SUMS and multiport-VERSION-TARGET.tar.xz (or .tar.gz). Every file
# that is installed is listed in PREFIX/share/multiport/files.
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
      [ $# -ge 2 ] || fail "$1 needs a value"
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
    *) fail "Cannot install with $1: see --help" ;;
  esac
  shift
done

[ -n "$prefix" ] || fail 'Cannot choose a folder: HOME is not set; name one with --prefix'
case $prefix in
  /*) ;;
  *) prefix=$PWD/$prefix ;;
esac
list=$prefix/share/multiport/files

# Removes the files of an earlier installation that are not in the list $1, and folders left empty.
remove_others() {
  [ -f "$list" ] || return 0
  while IFS= read -r file; do
    case $file in
      '' | /* | ../* | */../*) continue ;;
    esac
    grep -qxF -- "$file" "$1" && continue
    rm -f -- "$prefix/$file"
    folder=$(dirname -- "$file")
    while [ "$folder" != . ]; do
      rmdir -- "$prefix/$folder" 2>/dev/null || break
      folder=$(dirname -- "$folder")
    done
  done <"$list"
}

if [ "$uninstall" = yes ]; then
  [ -f "$list" ] || fail "Cannot uninstall: nothing is installed in $prefix (no $list)"
  copy=$(mktemp)
  trap 'rm -f "$copy"' EXIT
  cp "$list" "$copy"
  printf '' >"$copy.none"
  list=$copy
  remove_others "$copy.none"
  rm -f "$copy.none" "$prefix/share/multiport/files"
  rmdir -- "$prefix/share/multiport" "$prefix/share" "$prefix/bin" "$prefix" 2>/dev/null || :
  say "Removed Multiport from $prefix"
  exit 0
fi

# Which archive ----------------------------------------------------------------------------------------

case $(uname -s) in
  Linux) system=unknown-linux-gnu ;;
  Darwin) system=apple-darwin ;;
  *) fail "Cannot install on $(uname -s): there are executables for Linux, macOS and Windows (install.ps1)" ;;
esac
case $(uname -m) in
  x86_64 | amd64) machine=x86_64 ;;
  aarch64 | arm64) machine=aarch64 ;;
  *) fail "Cannot install on $(uname -m): there are executables for x86_64 and aarch64" ;;
esac
target=$machine-$system

if [ "$system" = unknown-linux-gnu ]; then
  # "glibc 2.36", or the last word of "ldd (Debian GLIBC 2.36-9) 2.36".
  glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2) || glibc=
  [ -n "$glibc" ] || glibc=$(ldd --version 2>/dev/null | sed -n '1s/.* //p') || glibc=
  case $glibc in
    [0-9]*.[0-9]*) ;;
    *) fail "Cannot install: this system has no GNU libc; the executables need version $min_glibc or later" ;;
  esac
  oldest=$(printf '%s\n%s\n' "$min_glibc" "$glibc" | sort -t . -k 1,1n -k 2,2n | head -n 1)
  [ "$oldest" = "$min_glibc" ] ||
    fail "Cannot install: GNU libc here is $glibc; the executables need $min_glibc or later"
fi

if [ -z "$from" ]; then
  from=$(dirname -- "$0")
  [ -f "$from/SHA256SUMS" ] || fail 'Cannot find a release beside this script: name one with --from DIR or URL'
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

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
kinds='tar.gz'
if command -v xz >/dev/null; then kinds='tar.xz tar.gz'; fi
archive=
for kind in $kinds; do
  archive=$(sed -n "s/^[0-9a-f]\{64\}  \(multiport-[^ /]*-$target\.$kind\)\$/\1/p" "$work/SHA256SUMS" | tail -n 1)
  [ -z "$archive" ] || break
done
[ -n "$archive" ] || fail "Cannot install: the release has no archive for $target ($(echo "$kinds" | sed 's/ / or /'))"

# Check it ---------------------------------------------------------------------------------------------

get "$archive"
wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $(echo "$archive" | sed 's/\./\\./g')\$/\1/p" "$work/SHA256SUMS" | tail -n 1)
if command -v sha256sum >/dev/null; then
  found=$(sha256sum "$work/$archive" | cut -d ' ' -f 1)
elif command -v shasum >/dev/null; then
  found=$(shasum -a 256 "$work/$archive" | cut -d ' ' -f 1)
else
  fail 'Cannot check the archive: neither sha256sum nor shasum is installed'
fi
[ "$found" = "$wanted" ] || fail "Cannot install $archive: its SHA-256 is $found, not $wanted"

# Install it -------------------------------------------------------------------------------------------

case $archive in
  *.xz) xz -dc "$work/$archive" | tar -xf - -C "$work" ;;
  *) gzip -dc "$work/$archive" | tar -xf - -C "$work" ;;
esac
unpacked=$work/${archive%.tar.?z}
[ -x "$unpacked/bin/mpclient" ] || fail "Cannot install $archive: it has no bin/mpclient"

# A program that does not start must not replace one that does.
"$unpacked/bin/mpclient" --version >/dev/null || fail "Cannot install $archive: its mpclient does not start here"

(cd "$unpacked" && find . -type f ! -name files | sed 's/^\.\///' | LC_ALL=C sort) >"$work/files"
remove_others "$work/files"
while IFS= read -r file; do
  mkdir -p -- "$prefix/$(dirname -- "$file")"
  # Renamed into place, so that a running program keeps its own file.
  cp -- "$unpacked/$file" "$prefix/$file.new"
  mv -f -- "$prefix/$file.new" "$prefix/$file"
done <"$work/files"
mkdir -p -- "$prefix/share/multiport"
cp -- "$work/files" "$list.new"
mv -f -- "$list.new" "$list"

say "Installed $("$prefix/bin/mpclient" --version) and mpserver in $prefix/bin"
case :$PATH: in
  *":$prefix/bin:"*) ;;
  *) say "$prefix/bin is not on your PATH; add it: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
say "Uninstall with: sh install.sh --uninstall --prefix $prefix"
