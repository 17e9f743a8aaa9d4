#!/usr/bin/env bash
# What the tests need besides Python and Node.js: Chromium for the browser tests, mosquitto and
# openssl for the network nodes. Debian's packages are installed when they are missing and we may.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/usr/local/sbin"

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
command -v mosquitto >/dev/null || missing+=(mosquitto)
command -v openssl >/dev/null || missing+=(openssl)
[ ${#missing[@]} = 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} for the tests…"
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  exit 0
fi
echo "visualgriddev: saw no ${missing[*]}; expected them for the tests." \
  "Install them: sudo apt-get install ${missing[*]}" >&2
exit 1
