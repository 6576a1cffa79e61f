#!/usr/bin/env bash
#===- setup.sh - install what Lexon needs to build, test and run ------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# Debian packages from apt-packages.txt (only the missing ones), a virtual environment with the wheels pinned in
# requirements.txt, and Lexon itself, editable. Run it as often as you like: it does nothing when nothing is missing.
# Where packages come from is the machine's own configuration (apt's sources, pip's configuration), never this file's.
#
#===-----------------------------------------------------------------------===#
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: externals/setup.sh [--check] [--core | --bench] [--venv DIR]
  --check     change nothing; list what is missing and exit with 1 if anything is
  --core      without PyTorch (also LEXON_SETUP_NO_TORCH=1): the compiler, its tests and the runtime need none
  --bench     also the systems that lexon bench compares with, in an environment of their own (build/bench-venv)
  --venv DIR  virtual environment to fill (default: build/venv)
Set LEXON_PYTHON to choose the Python interpreter (3.11 or newer).
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/build/venv
check_only=0
bench=0
core=${LEXON_SETUP_NO_TORCH:-0}
while [ $# -gt 0 ]; do
  case $1 in
    --check) check_only=1 ;;
    --core) core=1 ;;
    --bench)
      bench=1
      venv=$root/build/bench-venv
      ;;
    --venv)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      venv=$(realpath -m "$2")
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "setup: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done

# pip ends an interrupt as a normal failure, which must not be tried again.
trap 'exit 130' INT TERM

say() { echo "setup: $*"; }
fail() { echo "setup: error: $*" >&2; exit 1; }

# step TEXT COMMAND...: runs a command that takes a while, and says how long it took.
step() {
  local text=$1 start=$SECONDS
  shift
  say "$text ..."
  "$@" || return $?
  say "$text: done in $((SECONDS - start)) s"
}

# retry COMMAND...: downloads fail now and then; pip and apt keep what they already have.
retry() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return 0
    [ "$attempt" = 3 ] || { say "attempt $attempt of 3 failed, trying again"; sleep $((attempt * 3)); }
  done
  return 1
}

#===-----------------------------------------------------------------------===#
# Debian packages
#===-----------------------------------------------------------------------===#

# The Python to make the virtual environment with: 3.11 if there is one, otherwise a newer python3.
find_python() {
  local candidate
  for candidate in ${LEXON_PYTHON:+"$LEXON_PYTHON"} python3 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return 0
    fi
  done
  for candidate in ${LEXON_PYTHON:+"$LEXON_PYTHON"} python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

# True if the machine has what the package would bring, from elsewhere.
provided_elsewhere() {
  local python
  case $1 in
    cmake) cmake --version 2>/dev/null | awk 'NR == 1 { split($3, v, "."); ok = v[1] * 100 + v[2] >= 322 } END { exit !ok }' ;;
    ninja-build) ninja --version >/dev/null 2>&1 ;;
    ccache) ccache --version >/dev/null 2>&1 ;;
    shellcheck) shellcheck --version >/dev/null 2>&1 ;;
    python3-venv) python=$(find_python) && "$python" -c 'import ensurepip, venv' 2>/dev/null ;;
    *) return 1 ;;
  esac
}

missing_packages() {
  local -a wanted
  local package installed
  mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$root/externals/apt-packages.txt")
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p' || true)
  for package in "${wanted[@]}"; do
    grep -qxF "$package" <<<"$installed" || provided_elsewhere "$package" || echo "$package"
  done
}

apt_install() {
  local -a as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

apt_update_and_install() {
  local -a as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  "${as_root[@]}" apt-get update -q && apt_install "$@"
}

install_packages() {
  local command="apt-get update && apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null || fail "this system has no apt-get; install what these Debian packages hold: $*"
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    fail "Debian packages are missing and this is not root. Run as root: $command"
  fi
  # The package lists of a fresh machine are empty or old: only then is an update worth its time.
  apt_install "$@" >/dev/null 2>&1 || retry apt_update_and_install "$@" ||
    fail "apt could not install: $*. LLVM 22 must be in this machine's package sources (Debian 12 has it in its security updates)."
}

#===-----------------------------------------------------------------------===#
# The virtual environment
#===-----------------------------------------------------------------------===#

requirements() { # MODE
  if [ "$1" = core ]; then grep -vE '^torch(-mlir)?==' "$root/externals/requirements.txt"; else cat "$root/externals/requirements.txt"; fi
  if [ "$1" = bench ]; then cat "$root/benchmarks/requirements.txt"; fi
}

# What the environment was made from: any change means there is something to do. The folder is part of it because the
# scripts in an environment hold its path.
fingerprint() { # MODE
  { requirements "$1"; cat "$root/pyproject.toml" 2>/dev/null || true; echo "$1 $venv"; } | sha256sum | cut -d' ' -f1
}

# Fails, naming the first, if a pinned package (read from standard input) or Lexon is not there.
probe_versions='
import importlib.metadata as metadata, re, sys
for line in sys.stdin:
    pin = re.match(r"([A-Za-z0-9_.-]+)==([^\s#;]+)", line)
    if not pin:
        continue
    try:
        version = metadata.version(pin[1])
    except metadata.PackageNotFoundError:
        sys.exit(f"{pin[1]} {pin[2]}")
    if version.split("+")[0] != pin[2]:
        sys.exit(f"{pin[1]} {pin[2]} (found {version})")
if sys.argv[1] == "1":
    try:
        metadata.version("lexon")
    except metadata.PackageNotFoundError:
        sys.exit("lexon")
'
probe() { # MODE
  local has_project=0
  [ ! -f "$root/pyproject.toml" ] || has_project=1
  requirements "$1" | "$venv/bin/python" -c "$probe_versions" "$has_project" 2>&1
}

# Says nothing if the environment is complete, otherwise the reason. One with PyTorch also serves --core.
venv_problem() { # MODE
  local stamp mode=$1
  if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    echo "no working environment in $venv"
    return
  fi
  stamp=$(cat "$venv/.lexon-setup" 2>/dev/null || true)
  if [ "$mode" = core ] && [ "$stamp" = "$(fingerprint full)" ]; then mode=full; fi
  [ "$stamp" = "$(fingerprint "$mode")" ] || { echo "environment not made from the present requirements.txt and pyproject.toml"; return; }
  probe "$mode" || true
}

# An interrupted installation can leave a package that pip believes complete: import each once.
import_all() { # MODE
  local modules="lit.main, matplotlib, mypy, numpy, psutil, pytest, rich, typer, xxhash"
  [ "$1" = core ] || modules="$modules, torch, torch_mlir"
  [ "$1" != bench ] || modules="$modules, onnx, onnxruntime, onnxscript, openvino, transformers"
  "$venv/bin/python" -c "import $modules"
}

pip_install() {
  "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off "$@" |
    sed -e '/^Requirement already satisfied/d' -e '/^Looking in/d'
}

fill_venv() { # MODE
  local mode=$1 list=$venv/.lexon-requirements
  rm -f "$venv/.lexon-setup"
  requirements "$mode" >"$list"
  retry pip_install -r "$list" || fail "pip could not install the packages of externals/requirements.txt"
  import_all "$mode" || return 1
  if [ -f "$root/pyproject.toml" ]; then
    pip_install -q --no-deps --no-build-isolation -e "$root" || fail "pip could not install Lexon itself (pyproject.toml)"
  else
    say "no pyproject.toml: the Python package is not installed"
  fi
  fingerprint "$mode" >"$venv/.lexon-setup"
}

make_venv() {
  local python
  python=$(find_python) || fail "no Python 3.11 or newer found; install python3 or set LEXON_PYTHON"
  rm -rf "$venv"
  "$python" -m venv "$venv" || fail "'$python -m venv' failed"
}

prepare_venv() { # MODE
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 || step "creating the virtual environment" make_venv
  step "installing Python packages ($1)" fill_venv "$1" && return
  say "the environment is damaged; making it anew"
  step "creating the virtual environment" make_venv
  step "installing Python packages ($1)" fill_venv "$1" || fail "the Python packages do not import"
}

#===-----------------------------------------------------------------------===#

main() {
  local mode=full problem
  local -a missing=()
  [ "$core" = 0 ] || mode=core
  [ "$bench" = 0 ] || mode=bench
  mapfile -t missing < <(missing_packages)
  if [ $check_only = 1 ]; then
    problem=$(venv_problem "$mode")
    [ ${#missing[@]} = 0 ] || say "missing Debian packages: ${missing[*]}"
    [ -z "$problem" ] || say "missing in the Python environment: $problem"
    [ ${#missing[@]} = 0 ] && [ -z "$problem" ] || exit 1
    say "nothing is missing"
    return
  fi
  mkdir -p "$root/build" "$(dirname "$venv")"
  exec 9>"$root/build/.setup.lock"
  flock 9 # two builds started at once install one after the other
  [ ${#missing[@]} = 0 ] || step "installing Debian packages: ${missing[*]}" install_packages "${missing[@]}"
  if [ -n "$(venv_problem "$mode")" ]; then prepare_venv "$mode"; fi
}

main
