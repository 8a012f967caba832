#!/bin/sh
# 检查要用的系统软件，缺了才装（Debian、Ubuntu）：浏览器和中文字体必须有；strace 和 C 编译器用来检查断电和磁盘故障，LibreOffice 用来看 Word 报告排得对不对，装不上就跳过那几项。
# What tests need of the system, installed only where missing (Debian, Ubuntu): browser and Chinese fonts must be there; strace and a C
# compiler make the power fail and the disk break, LibreOffice sets the Word reports to be looked at, and without them those few tests are skipped.
set -eu

has_browser() {
    [ -n "${CHROME_PATH:-}" ] && [ -x "$CHROME_PATH" ] && return 0
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

has_fonts() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ]
}

missing=""
has_browser || missing="chromium"
has_fonts || missing="$missing fontconfig fonts-noto-cjk"
wanted=""
command -v strace >/dev/null 2>&1 || wanted="strace"
command -v cc >/dev/null 2>&1 || wanted="$wanted gcc libc6-dev"
office=""
{ command -v soffice && command -v pdftoppm; } >/dev/null 2>&1 || office="libreoffice-writer-nogui poppler-utils"
[ -n "$missing$wanted$office" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    [ -n "$missing" ] || exit 0
    echo "缺少：$missing。请自行安装 Chromium 和一种中文字体，并用 CHROME_PATH 指明浏览器。" >&2
    echo "Missing: $missing. Install Chromium and a Chinese font, and name the browser in CHROME_PATH." >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { [ -n "$missing" ] || exit 0; echo "安装 $missing 需要 root 或 sudo。 / Installing $missing needs root or sudo." >&2; exit 1; }
    as_root="sudo"
fi
echo "安装 / installing: $missing $wanted $office"
# without the packages that must be there nothing may fail for want of a network
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || [ -z "$missing" ]
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 -- several packages, one word each
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
for some in "$wanted" "$office"; do
    [ -n "$some" ] || continue
    # shellcheck disable=SC2086 -- several packages, one word each
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $some >/dev/null || echo "未能安装 / not installed: $some" >&2
done
