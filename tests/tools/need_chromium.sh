#!/usr/bin/env bash
# The browser tests need Chromium: install Debian's package when it is missing and we may, else say so.
set -euo pipefail
command -v chromium >/dev/null || command -v chromium-browser >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests…"
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
  exit 0
fi
echo "visualgriddev: saw no Chromium; expected one for the browser tests." \
  "Install it: sudo apt-get install chromium" >&2
exit 1
