#!/bin/sh
# The real kernel in CI (docs/guest.md).
#   install  what it needs (Debian bookworm, as root); without apt or root it says SKIPPED and the rest goes on
#   kernels  builds and fetches what the tests need and the cache does not hold; needs the project built
#   rest     builds what only check needs; may run beside the tests
#   check    compares model, simulator and guest
set -eu
cd "$(dirname "$0")/.."

packages="qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross
  flex bison bc cpio make xz-utils coccinelle linux-source-6.12 linux-source-6.1"

install() {
  missing=""
  for p in $packages; do dpkg -s "$p" >/dev/null 2>&1 || missing="$missing $p"; done
  [ -z "$missing" ] && return 0
  if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "SKIPPED: no real kernel: cannot install$missing"
    return 0
  fi
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  { apt-get update -q && apt-get install -y -q --no-install-recommends $missing; } >/dev/null || echo "SKIPPED: no real kernel: could not install$missing"
}

ready() {
  command -v qemu-system-aarch64 >/dev/null 2>&1 && command -v aarch64-linux-gnu-gcc >/dev/null 2>&1 && command -v spatch >/dev/null 2>&1 && [ -e /usr/src/linux-source-6.12.tar.xz ] && [ -e /usr/src/linux-source-6.1.tar.xz ]
}

kernels() {
  ready || { echo "SKIPPED: no real kernel: the tools are not there"; return 0; }
  node dist/cli/main.js guest build v6.12 rfc-v2@v6.12
  node dist/cli/main.js guest fetch
}

rest() {
  ready || return 0
  node dist/cli/main.js guest build
}

# The vectors: every one- and two-bit pattern of 64 bits where it is fastest; then all machines and mutants; 218,480 together.
vectors() {
  node dist/cli/main.js guest ground-truth v6.12 &&
    node dist/cli/main.js guest check v6.12 --cpu cortex-a72 --kpti off --vectors 2200 &&
    node dist/cli/main.js guest check --vectors "${ARM64_COMPAT_VECTORS:-250}"
}

check() {
  ready || { echo "SKIPPED: no real kernel: the tools are not there"; return 0; }
  # what is neither built nor fetched is a failure, not something to take from the record
  export ARM64_COMPAT_REQUIRE_GUEST=1
  # beside them the witnesses, on the kernels they belong to
  log=$(mktemp)
  node dist/cli/main.js check --kernel ported --userspace any --on-guest >"$log" 2>&1 &
  witnesses=$!
  status=0
  vectors || status=$?
  wait "$witnesses" || status=$?
  cat "$log"
  rm -f "$log"
  return "$status"
}

case "${1:-install}" in
  install | kernels | rest | check) "${1:-install}" ;;
  *) echo "usage: $0 [install|kernels|rest|check]" >&2; exit 2 ;;
esac
