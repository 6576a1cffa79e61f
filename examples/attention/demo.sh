#!/bin/sh
# `make demo-attention`: see demo.py. Runs in the virtual environment that externals/setup.sh makes.
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
exec "$root/build/venv/bin/python" "$root/examples/attention/demo.py" "$@"
