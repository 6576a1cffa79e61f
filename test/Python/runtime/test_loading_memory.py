# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How much memory loading takes, and that running out of it is an error. Each in a process of its own."""

import shutil
import subprocess
import sys

import numpy as np
import pytest

MIB = 1 << 20
SIZE = 96 * MIB

# Rows of 192 KiB in another order, as packing into panels reads them: piece by piece, from front to back.
MODULE = r"""
#include <stdint.h>
#include <string.h>
typedef struct { char *allocated, *aligned; int64_t offset, sizes[1], strides[1]; } Memref;
#define BYTES "{\"kind\": \"memref\", \"dtype\": \"i8\", \"shape\": [SIZE]"
const char lexon_signature_f_prepare[] = "{\"function\": \"f_prepare\", \"version\": 1, \"arguments\": [" BYTES "}], "
    "\"results\": [" BYTES ", \"passing\": \"out\"}]}";
const char lexon_signature_f[] = "{\"function\": \"f\", \"version\": 1, \"prepare\": \"f_prepare\", "
    "\"prepared_layout\": \"rows\", \"arguments\": [" BYTES ", \"constant\": true}], "
    "\"results\": [{\"kind\": \"memref\", \"dtype\": \"i8\", \"shape\": [1], \"passing\": \"out\"}]}";
const char lexon_signature_raw[] = "{\"function\": \"raw\", \"version\": 1, "
    "\"arguments\": [" BYTES "}], \"results\": []}";
void lexon_invoke_f_prepare(void **args) {
  char *from = (*(Memref **)args[0])->aligned, *to = (*(Memref **)args[1])->aligned;
  for (int64_t row = 0; row < SIZE / 196608; ++row)
    memcpy(to + (row ^ 1) * 196608, from + row * 196608, 196608);
}
void lexon_invoke_f(void **args) { *(*(Memref **)args[1])->aligned = (*(Memref **)args[0])->aligned[SIZE - 1]; }
void lexon_invoke_raw(void **args) {}
""".replace("SIZE", str(SIZE))

PEAK = """
import sys
from lexon.runtime import Library

def memory(key):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(key)) * 1024

Library(sys.argv[1]).function("raw")  # what is loaded once
before = memory("VmRSS")
open("/proc/self/clear_refs", "w").write("5")  # the high-water mark begins anew
library = Library(sys.argv[1], sys.argv[2])
function = library.function("f")
print(memory("VmHWM") - before, memory("VmRSS") - before, function.call()[0][0])
"""

LIMITED = """
import resource, sys
from lexon import LexonError
from lexon.runtime import Library

Library(sys.argv[1]).function("raw")
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmSize")) * 1024
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[3]), used + int(sys.argv[3])))
try:
    Library(sys.argv[1], sys.argv[2], threads=1).function("f")
except LexonError as error:
    print(error)
else:
    print("loaded")
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    from lexon.weights import write_weights

    folder = tmp_path_factory.mktemp("large")
    (folder / "module.c").write_text(MODULE)
    compiler = shutil.which("cc") or shutil.which("clang-22")
    assert compiler, "the tests need a C compiler"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", folder / "m.so", folder / "module.c"], check=True)
    write_weights(folder / "w.data", [("w", np.arange(SIZE // 4, dtype=np.int32))])
    return folder / "m.so", folder / "w.data"


def _run(environment, program, *arguments):
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done
    return done.stdout


def test_the_file_and_the_prepared_weights_are_never_both_in_memory(files, environment):
    peak, after, last = map(int, _run(environment, PEAK, *files).split())
    assert last == np.int8((SIZE // 4 - 1 - 196608 // 4) >> 24)
    assert after < 1.05 * SIZE
    # All of the file at once would make it 2; how far below that it stays depends on when threads get a core.
    assert peak < 1.5 * SIZE


@pytest.mark.parametrize(
    ("room", "message"),
    [
        (SIZE // 2, "w.data: out of memory: there is no room to map"),
        (SIZE + SIZE // 2, "w.data: preparing the weights: out of memory"),
        (4 * SIZE, "loaded"),
    ],
)
def test_out_of_memory(files, environment, room, message):
    assert message in _run(environment, LIMITED, *files, room)
