#!/bin/sh
# The real kernel in CI (docs/guest.md). `install`: what it needs, Debian bookworm, as root. `check`: builds what the cache does not hold, boots, compares.
set -eu
cd "$(dirname "$0")/.."

install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q --no-install-recommends \
    qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross \
    flex bison bc cpio make xz-utils coccinelle linux-source-6.12
}

check() {
  node dist/cli/main.js guest build
  node dist/cli/main.js guest fetch
  node dist/cli/main.js guest ground-truth v6.12
  node dist/cli/main.js guest check --vectors "${ARM64_COMPAT_VECTORS:-1100}"
}

case "${1:-all}" in
  install) install ;;
  check) check ;;
  all) install; check ;;
  *) echo "usage: $0 [install|check]" >&2; exit 2 ;;
esac
