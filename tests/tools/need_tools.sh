#!/usr/bin/env bash
# What tests (or the benchmark: need_tools.sh bench) need besides Python and Node.js. For the
# tests Chromium, mosquitto and openssl; for the benchmark mosquitto, its clients and wrk.
# Debian's packages are installed when they are missing and we may.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/usr/local/sbin"

missing=()
need() { # package command…
  local package=$1 name
  shift
  for name in "$@"; do command -v "$name" >/dev/null && return; done
  missing+=("$package")
}

purpose=${1:-tests}
need mosquitto mosquitto
if [ "$purpose" = bench ]; then
  need mosquitto-clients mosquitto_sub
  need wrk wrk
else
  need chromium chromium chromium-browser
  need openssl openssl
fi
[ ${#missing[@]} = 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} for the $purpose…"
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  exit 0
fi
echo "visualgriddev: saw no ${missing[*]}; expected them for the $purpose." \
  "Install them: sudo apt-get install ${missing[*]}" >&2
exit 1
