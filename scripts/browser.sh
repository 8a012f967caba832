#!/usr/bin/env bash
# Makes sure that the browser tests have Chromium and Chinese fonts; installs them on Debian and Ubuntu when missing.
set -euo pipefail

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

wanted=()
if [ -z "${CHROME_PATH:-}" ] && ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null && ! command -v chromium-browser >/dev/null; then
  wanted+=(chromium)
fi
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ]; then
  wanted+=(fonts-noto-cjk fontconfig)
fi
[ "${#wanted[@]}" -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "缺少 ${wanted[*]}：请用系统的软件包工具安装，或用 CHROME_PATH 指明浏览器。 / Missing ${wanted[*]}: install them, or name a browser in CHROME_PATH." >&2
  exit 1
fi
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
