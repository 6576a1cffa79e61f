# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Everything but importing PyTorch models works without torch, and `import lexon` is quick."""

BLOCK = """
import sys, importlib.abc
class Block(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("torch", "torch_mlir"):
            raise ModuleNotFoundError("No module named " + repr(name), name=name)
sys.meta_path.insert(0, Block())
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in ("torch", "torch_mlir") else real(name, *rest)
"""
DOUBLE = """
import lexon, numpy as np
f = lexon.compile_mlir('''func.func @forward(%x: tensor<2xf32>) -> tensor<2xf32> {
  %y = arith.addf %x, %x : tensor<2xf32>
  return %y : tensor<2xf32>
}''')
"""


def test_import_needs_neither_torch_nor_numpy(python):
    program = "import sys, time; t = time.perf_counter(); import lexon; t = time.perf_counter() - t\n"
    program += "print(sorted({'torch', 'numpy', 'rich', 'typer'} & set(sys.modules)), t < 0.15)"
    done = python(program)
    assert done.stdout.strip() == "[] True", done


def test_compile_mlir_save_and_load(python):
    done = python(BLOCK + DOUBLE + "print(lexon.load(f.save('m.lexon'))(np.float32([1, 2])))")
    assert done.stdout.strip() == "[2. 4.]", done


def test_compile_mlir_does_not_import_torch(python):
    done = python(DOUBLE + "import sys\nf(np.float32([1, 2]))\nprint('torch' in sys.modules)")
    assert done.stdout.strip() == "False", done


def test_compile_says_what_to_install(python):
    program = BLOCK + "import lexon\ntry:\n    lexon.compile(None, ())\nexcept lexon.LexonError as e:\n    print(e)"
    done = python(program)
    assert "torch" in done.stdout
    assert "what to do" in done.stdout
    assert "install" in done.stdout


def test_verify_works(python, matmul):
    program = BLOCK + "import sys\nsys.argv = ['lexon', 'verify', 'matmul.mlir', '--pipeline=midend{threads=1}']\n"
    done = python(program + "from lexon.cli import main\nmain()")
    assert done.returncode == 0, done
    assert "PASS" in done.stdout
