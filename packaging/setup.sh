# shellcheck shell=sh
# Sourced by packaging/run and packaging/test, which set ROOT and then call:  setup <requirements file without .txt>
#
# It leaves behind a virtual environment that holds exactly the locked packages, and a machine on which Qt can load.
# Everything it does is skipped when it was done before, and the skipping needs no network. It reads nothing from
# HOME, asks nothing, and uses only what a Debian with python3, python3-pip and python3-venv has.
#
#   TILL_VENV     where the virtual environment stands     (default: .venv beside the program)
#   TILL_PYTHON   which interpreter to build it from       (default: the first usable one on PATH)
#
# Exit code 69 means: set-up is impossible here, and the last line says what a person has to do.

say() { printf 'till: %s\n' "$*" >&2; }
die() { say "$*"; exit 69; }

# What Qt's libraries need from the system to start at all, with or without a screen ...
QT_PACKAGES="libgl1 libegl1 libxkbcommon0 libfontconfig1 libglib2.0-0 libdbus-1-3"
QT_LIBRARIES="libGL.so.1 libEGL.so.1 libxkbcommon.so.0 libfontconfig.so.1 libglib-2.0.so.0 libdbus-1.so.3"
# ... and what its X11 and Wayland plug-ins need on top, to open a window on a real one.
SCREEN_PACKAGES="libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 libwayland-cursor0"
SCREEN_LIBRARIES="libxcb-cursor.so.0 libxcb-icccm.so.4 libxcb-image.so.0 libxcb-keysyms.so.1 libxcb-render-util.so.0 libxcb-shape.so.0 libxcb-xkb.so.1 libxkbcommon-x11.so.0"

# An empty environment has no PATH to hand down, and dpkg refuses to work without one that reaches sbin.
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
export PATH
# Another program's Python settings must not leak into ours.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP || :

find_python() {
    [ -z "${TILL_PYTHON:-}" ] || set -- "$TILL_PYTHON"
    [ "$#" -gt 0 ] || set -- python3.11 python3 python3.12 python3.13 python3.14
    for candidate in "$@"; do
        # Ask the interpreter for its own path: a version manager's shim is not a thing to build upon.
        PYTHON=$("$candidate" -c 'import sys, venv, ensurepip
assert (3, 11) <= sys.version_info < (3, 15)
print(sys.executable)' 2>/dev/null) && [ -x "$PYTHON" ] && return 0
    done
    die "no Python 3.11 to 3.14 with venv and pip (tried $*). As root, once: apt-get install -y python3 python3-pip python3-venv"
}

# ---- the packages -------------------------------------------------------------------------------------------------

stamp_of() { # a line that changes whenever the environment has to be brought up to date
    { printf '%s\n' "$PYTHON" "$VENV"; "$PYTHON" -c 'import sys; print(sys.version_info[:2])'
      cat "$ROOT/packaging/$1.txt"; } | sha256sum
}
is_current() { [ -x "$VENV/bin/python" ] && [ "$(cat "$VENV/stamp-$1" 2>/dev/null)" = "$(stamp_of "$1")" ]; }

make_venv() {
    built_from="$VENV from $PYTHON, $("$PYTHON" -V)"
    if [ "$(cat "$VENV/built-from" 2>/dev/null)" = "$built_from" ] && "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
        return 0
    fi
    say "making the virtual environment $VENV"
    "$PYTHON" -m venv --clear "$VENV" </dev/null || die "cannot make $VENV (is there room, and may you write there? TILL_VENV names another place)"
    printf '%s\n' "$built_from" >"$VENV/built-from"
}

install_packages() {
    total=$(grep -c '==' "$ROOT/packaging/$1.txt")
    say "installing $total packages from packaging/$1.txt (about 100 MB, once)"
    # pip's status does not survive the pipe, so it is written down; its complaints go straight to the person.
    {
        PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore "$VENV/bin/python" -m pip install \
            --progress-bar off --require-hashes --no-deps --only-binary :all: -r "$ROOT/packaging/$1.txt" </dev/null &&
            : >"$VENV/pip-succeeded"
    } | {
        count=0
        while read -r word name _; do
            [ "$word" = Collecting ] || continue
            count=$((count + 1))
            say "  $count of $total  $name"
        done
    }
    [ -e "$VENV/pip-succeeded" ] ||
        die "pip could not install packaging/$1.txt; the reason stands above. The first set-up needs a network and a 64-bit x86 Linux with glibc 2.34 or newer (Debian 12 has it)"
    rm -f "$VENV/pip-succeeded"
}

lock() { # one set-up at a time on one environment; the end of the process releases it too
    mkdir -p "$(dirname "$VENV")" 2>/dev/null || :
    (: >>"$VENV.lock") 2>/dev/null || die "cannot write beside $VENV. Name another place: TILL_VENV=/a/folder/of/yours '$0'"
    exec 9>>"$VENV.lock"
    if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
        say "another set-up is at work here; waiting for it"
        flock 9
    fi
}
unlock() { exec 9>&-; }

ensure_packages() {
    ! is_current "$1" || return 0
    started=$(date +%s)
    rm -f "$VENV/pip-succeeded" "$VENV/stamp-$1"
    make_venv
    install_packages "$1"
    stamp_of "$1" >"$VENV/stamp-$1"
    # The packages of the tests contain those of the till (a test keeps it so): no second round for packaging/run.
    [ "$1" = requirements ] || stamp_of requirements >"$VENV/stamp-requirements"
    say "the virtual environment is ready ($(($(date +%s) - started)) s)"
}

# ---- Qt's system libraries ----------------------------------------------------------------------------------------

use_private_libraries() {
    tree=$VENV/system
    [ -d "$tree/usr/lib" ] || return 0
    for folder in "$tree"/usr/lib/*-linux-gnu "$tree"/lib/*-linux-gnu; do
        case ":${LD_LIBRARY_PATH:-}:" in *":$folder:"*) continue ;; esac
        [ ! -d "$folder" ] || LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    done
    export LD_LIBRARY_PATH
    [ -d /etc/fonts ] || { FONTCONFIG_PATH=$tree/etc/fonts; export FONTCONFIG_PATH; }
    [ -d /usr/share/X11/xkb ] || { XKB_CONFIG_ROOT=$tree/usr/share/X11/xkb; export XKB_CONFIG_ROOT; }
}

can_load() { # 20 ms: only asks the loader, does not start Qt; the answer stays in memory, the folder may not be ours
    loader_said=$("$VENV/bin/python" -I -S -c 'import ctypes, sys
for name in sys.argv[1:]:
    ctypes.CDLL(name)' "$@" 2>&1)
}
has_screen() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }
wanted_libraries() { if has_screen; then echo "$QT_LIBRARIES $SCREEN_LIBRARIES"; else echo "$QT_LIBRARIES"; fi; }

install_system_packages() {
    say "installing Qt's system libraries with apt-get (60 MB, once)"
    (
        DEBIAN_FRONTEND=noninteractive
        export DEBIAN_FRONTEND
        # As below: whether the lists are good enough shows at the installation.
        apt-get -o DPkg::Lock::Timeout=300 update -qq || :
        apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@"
    ) >"$VENV/apt.log" 2>&1 </dev/null
}

# Without root: the same packages, fetched with apt-get's own lists in a folder of ours and only unpacked. Mesa's
# drivers and their compiler are left out; a till draws in software and needs the libraries' names, not a GPU.
unpack_system_packages() {
    say "unpacking Qt's system libraries under $VENV (11 MB, once; nothing outside it changes)"
    tree=$VENV/system
    rm -rf "$tree"
    mkdir -p "$tree/apt/lists/partial" "$tree/apt/cache/archives/partial" "$tree/apt/deb"
    if ! (cd "$tree/apt/deb" && fetch_and_unpack "$@") >"$VENV/apt.log" 2>&1 </dev/null; then rm -rf "$tree"; fi
    rm -rf "$tree/apt"
}

fetch_and_unpack() { # joined by && throughout: "set -e" is off wherever a caller asks how it went
    packages=$*
    set -- -o "Dir::State::lists=$tree/apt/lists" -o "Dir::Cache=$tree/apt/cache" -o Debug::NoLocking=1 \
        -o "APT::Sandbox::User=$(id -un)"
    # Its status does not count: one dead source among several must not matter, and what is missing shows below.
    apt-get "$@" update -qq || :
    # shellcheck disable=SC2086  # lists of names
    plan=$(apt-get "$@" -s install --no-install-recommends $packages) &&
        missing=$(printf '%s\n' "$plan" | sed -n 's/^Inst \([^ ]*\).*/\1/p' |
            grep -vE '^(libllvm|libgl1-mesa-dri|libicu|libsensors|libz3|libdrm-)') &&
        apt-get "$@" download -qq $missing || return 1
    for archive in *.deb; do dpkg-deb -x "$archive" "$tree" || return 1; done
    # What fontconfig's own installation would have chosen: without it letters are bent to whole pixels, and a
    # column of amounts no longer lines up.
    [ ! -d "$tree/etc/fonts/conf.d" ] || printf '%s\n' \
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>' \
        '<dir prefix="relative">../../../usr/share/fonts</dir><match target="pattern"><edit name="hintstyle"' \
        ' mode="append"><const>hintslight</const></edit></match></fontconfig>' >"$tree/etc/fonts/conf.d/10-till.conf"
}

qt_loads() {
    use_private_libraries
    # shellcheck disable=SC2046
    can_load $(wanted_libraries)
}

ensure_qt() {
    ! qt_loads || return 0
    by_hand="As root, once: apt-get update && apt-get install -y --no-install-recommends $QT_PACKAGES $SCREEN_PACKAGES"
    # shellcheck disable=SC2086
    if ! command -v apt-get >/dev/null 2>&1; then
        by_hand="This is no Debian, so install by hand what provides: $QT_LIBRARIES $SCREEN_LIBRARIES"
    elif [ "$(id -u)" = 0 ] && install_system_packages $QT_PACKAGES $SCREEN_PACKAGES; then
        :
    elif command -v dpkg-deb >/dev/null 2>&1; then
        unpack_system_packages $QT_PACKAGES $SCREEN_PACKAGES
    fi
    ! qt_loads || return 0
    reason=$(printf '%s\n' "$loader_said" | sed -n '$s/^OSError: //p')
    # shellcheck disable=SC2086
    if can_load $QT_LIBRARIES; then # good enough to run without a screen, and saying so beats refusing
        say "Qt cannot open a window on this screen: $reason"
        say "$by_hand"
        return 0
    fi
    ! grep '^E:' "$VENV/apt.log" 2>/dev/null | tail -n 3 >&2 || :
    die "Qt cannot start here: $reason. $by_hand"
}

# -------------------------------------------------------------------------------------------------------------------

setup() {
    VENV=${TILL_VENV:-$ROOT/.venv}
    case $VENV in /*) ;; *) VENV=$PWD/$VENV ;; esac
    find_python
    if ! is_current "$1" || ! qt_loads; then
        lock
        ensure_packages "$1"
        ensure_qt
        unlock
    fi
    # Qt wants a private folder for sockets and a locale that can spell a price; a bare machine may have neither.
    if [ -z "${XDG_RUNTIME_DIR:-}" ] || [ ! -w "$XDG_RUNTIME_DIR" ]; then
        XDG_RUNTIME_DIR=$VENV/runtime-$(id -u)
        export XDG_RUNTIME_DIR
        [ -d "$XDG_RUNTIME_DIR" ] || mkdir -m 700 "$XDG_RUNTIME_DIR" 2>/dev/null || unset XDG_RUNTIME_DIR
    fi
    # Without a home of its own fontconfig has nowhere to remember the fonts it found, and says so at every start.
    if [ -z "${XDG_CACHE_HOME:-}" ] && ! [ -w "${HOME:-/nonexistent}" ]; then
        XDG_CACHE_HOME=$VENV/cache-$(id -u)
        export XDG_CACHE_HOME
    fi
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in *[Uu][Tt][Ff]*) ;; *) LC_ALL=C.UTF-8; export LC_ALL ;; esac
}
