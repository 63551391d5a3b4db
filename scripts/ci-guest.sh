#!/bin/sh
# What the real kernel needs (docs/guest.md). Debian bookworm; run as root.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends \
  qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross \
  flex bison bc cpio make xz-utils coccinelle linux-source-6.12 linux-libc-dev-arm64-cross
