#!/bin/sh
# Swift 6 in a private folder, for machines with Debian's apt-get and dpkg-deb but no Swift of their own.
#
#   setup.sh DIR
#
# Downloads the packages of Debian 13 from the mirror and with the keyring of this machine's apt, and unpacks them
# into DIR/root. Installs nothing, and neither reads nor changes the lists of apt and the state of dpkg on this
# machine: packages of another release would replace the machine's libc. DIR/bin/swift-root runs a program in
# DIR/root, with folders of this machine at their own paths; it needs root, or user namespaces. Idempotent: if
# DIR/root is complete there is nothing to do.
set -eu
DIR=${1:?the folder to set Swift up in}
mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)
APT=$DIR/apt
ROOT=$DIR/root
SUITE=trixie
# The toolchain; the packages for compiling and linking; the shared libraries of both.
PACKAGES="swiftlang libswiftlang
 libc6-dev linux-libc-dev libgcc-14-dev
 libc6 libgcc-s1 libstdc++6 libncurses6 libtinfo6 libsqlite3-0 libuuid1 libxml2 libzstd1 zlib1g liblzma5
 libcurl4t64 libnghttp2-14 libnghttp3-9 libidn2-0 librtmp1 libssh2-1t64 libpsl5t64 libssl3t64
 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 libldap2 libsasl2-2
 libbrotli1 libunistring5 libgnutls30t64 libhogweed6t64 libnettle8t64 libgmp10 libp11-kit0 libtasn1-6
 libffi8 busybox-static"
STAMP=$ROOT/.made-from
# shellcheck disable=SC2086
wanted=$(echo $SUITE $PACKAGES)

if [ ! -f "$STAMP" ] || [ "$(cat "$STAMP")" != "$wanted" ]; then
  mirror= keyring=
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    mirror=$(sed -n 's/^URIs:[[:space:]]*\([^[:space:]]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources | head -n1)
    keyring=$(sed -n 's/^Signed-By:[[:space:]]*//p' /etc/apt/sources.list.d/debian.sources | head -n1)
  elif [ -f /etc/apt/sources.list ]; then
    mirror=$(sed -n 's/^deb[[:space:]]\(\[[^]]*\][[:space:]]*\)\{0,1\}\([^[:space:]]*\)[[:space:]].*/\2/p' /etc/apt/sources.list | head -n1)
  fi
  [ -n "$mirror" ] || { echo "the sources of apt name no mirror" >&2; exit 1; }
  [ -n "$keyring" ] || keyring=/usr/share/keyrings/debian-archive-keyring.gpg

  # A separate apt: own lists, own empty state, own cache. It uses the proxy settings of this machine.
  mkdir -p "$APT/etc/sources.list.d" "$APT/lists/partial" "$APT/cache/archives/partial" "$APT/debs"
  : > "$APT/status"
  printf 'Types: deb\nTargets: Packages\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
    "$mirror" "$SUITE" "$keyring" > "$APT/etc/sources.list.d/debian.sources"
  cat > "$APT/apt.conf" <<CONF
Dir::State "$APT"; Dir::State::lists "$APT/lists"; Dir::State::status "$APT/status";
Dir::Cache "$APT/cache"; Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "$APT/etc/sources.list.d";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
APT::Architectures { "amd64"; }; Acquire::Languages "none"; APT::Sandbox::User "root"; Acquire::Retries "3";
CONF
  export APT_CONFIG="$APT/apt.conf"
  apt-get -qq update >&2
  # shellcheck disable=SC2086
  (cd "$APT/debs" && apt-get -qq download $PACKAGES) >&2

  # Unpacked in another folder and renamed: a root that exists is complete.
  rm -rf "$ROOT.new"
  for folder in bin sbin lib lib64; do
    mkdir -p "$ROOT.new/usr/$folder"
    ln -sfn "usr/$folder" "$ROOT.new/$folder"
  done
  mkdir -p "$ROOT.new/proc" "$ROOT.new/dev" "$ROOT.new/etc" "$ROOT.new/root" "$ROOT.new/tmp" "$ROOT.new/var/tmp"
  chmod 1777 "$ROOT.new/tmp" "$ROOT.new/var/tmp"
  SWIFT=./usr/libexec/swift
  for package in $PACKAGES; do
    # Without files that nothing here uses: documentation, static libraries, debugger, editor support.
    dpkg-deb --fsys-tarfile "$(ls -t "$APT/debs/${package}"_*.deb | head -n1)" |
      tar -x -C "$ROOT.new" --keep-directory-symlink \
        --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/lintian' --exclude='./usr/share/locale' \
        --exclude="$SWIFT/lib/swift_static" --exclude="$SWIFT/lib/swift/embedded" --exclude="$SWIFT/lib/swift/FrameworkABIBaseline" \
        --exclude="$SWIFT/lib/liblldb*" --exclude="$SWIFT/lib/libsourcekitdInProc*" --exclude="$SWIFT/lib/libLTO*" \
        --exclude="$SWIFT/lib/libswiftGenericMetadataBuilder*" --exclude="$SWIFT/lib/swift/host/lib_InternalSwiftScan*" \
        --exclude="$SWIFT/bin/lldb*" --exclude="$SWIFT/bin/repl_swift" --exclude="$SWIFT/bin/clangd" \
        --exclude="$SWIFT/bin/sourcekit-lsp" --exclude="$SWIFT/bin/docc" --exclude="$SWIFT/bin/swift-format" \
        --exclude="$SWIFT/bin/swift-build-sdk-interfaces" --exclude="$SWIFT/bin/llvm-cov" --exclude="$SWIFT/bin/llvm-profdata"
  done
  for tool in sh env uname which; do ln -sfn busybox "$ROOT.new/usr/bin/$tool"; done
  # swiftlang contains lld: neither binutils nor gcc is needed.
  ln -sfn ../libexec/swift/bin/ld.lld "$ROOT.new/usr/bin/ld"
  printf 'root:x:0:0:root:/root:/bin/sh\n' > "$ROOT.new/etc/passwd"
  printf '127.0.0.1 localhost\n' > "$ROOT.new/etc/hosts"
  printf 'hosts: files dns\npasswd: files\n' > "$ROOT.new/etc/nsswitch.conf"
  rm -rf "$APT" "$ROOT"
  mv "$ROOT.new" "$ROOT"
  printf '%s' "$wanted" > "$STAMP"
fi

mkdir -p "$DIR/bin"
cat > "$DIR/bin/swift-root" <<'WRAPPER'
#!/bin/sh
# swift-root PROGRAM ARGUMENT…: runs a program in the private root, in the same folder as here.
# SWIFT_MOUNTS: folders of this machine that are also visible there, separated by colons. SWIFT_ENV: variables that
# are passed on.
set -eu
ROOT=$(cd "$(dirname "$0")/../root" && pwd)
CHROOT=$(PATH=$PATH:/usr/sbin:/sbin command -v chroot)
HERE=$PWD
SWIFT_ENV=${SWIFT_ENV:-}
export ROOT CHROOT HERE SWIFT_ENV SWIFT_MOUNTS="${SWIFT_MOUNTS:-$PWD}"
[ "$(id -u)" = 0 ] && UNSHARE="unshare -m" || UNSHARE="unshare -mr"
exec $UNSHARE sh -c '
  mount --make-rprivate / 2>/dev/null || true
  IFS=:
  for folder in $SWIFT_MOUNTS; do
    mkdir -p "$ROOT/$folder"
    mount --rbind "$folder" "$ROOT/$folder"
  done
  unset IFS
  mount --rbind /dev "$ROOT/dev"
  mount --rbind /proc "$ROOT/proc"
  cd /
  PATH=/usr/libexec/swift/bin:/usr/bin:/bin HOME=/root TMPDIR=/tmp LANG=C.UTF-8
  export PATH HOME TMPDIR LANG
  for name in $(/usr/bin/env | sed -n "s/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p"); do
    case " PATH HOME TMPDIR LANG ROOT CHROOT HERE PWD SWIFT_ENV $SWIFT_ENV " in
      *" $name "*) ;;
      *) unset "$name" 2>/dev/null || true ;;
    esac
  done
  exec "$CHROOT" "$ROOT" /bin/sh -c '\''cd "$0" && exec "$@"'\'' "$HERE" "$@"' sh "$@"
WRAPPER
chmod +x "$DIR/bin/swift-root"
