# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A check that fails inside compiled code is an error of that call; the process and the model live on."""

import numpy as np
import pytest

import lexon
from lexon.errors import LexonError

GATHER = """
func.func @forward(%a: tensor<5xf32>, %at: tensor<?xi64>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %at, %c0 : tensor<?xi64>
  %e = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%at : tensor<?xi64>) outs(%e : tensor<?xf32>) {
  ^bb0(%i: i64, %o: f32):
    %j = arith.index_cast %i : i64 to index
    %c5 = arith.constant 5 : index
    %ok = arith.cmpi ult, %j, %c5 : index
    cf.assert %ok, "index out of range"
    %x = tensor.extract %a[%j] : tensor<5xf32>
    linalg.yield %x : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}
"""


@pytest.mark.parametrize("count", [3, 100_000])  # one thread; a parallel region
def test_a_failed_check_is_an_error_of_the_call(count):
    gather = lexon.compile_mlir(GATHER, threads=2)
    table = np.arange(5, dtype=np.float32)
    indices = np.arange(count) % 5
    wrong = indices.copy()
    wrong[count // 2] = 1 << 40
    assert np.array_equal(gather(table, indices), table[indices])
    with pytest.raises(LexonError, match="forward: index out of range"):
        gather(table, wrong)
    assert np.array_equal(gather(table, indices), table[indices])


@pytest.mark.parametrize("output_type", ["tosa", "linalg"])
def test_an_index_outside_of_an_embedding_is_an_error(output_type):
    torch = pytest.importorskip("torch")
    table = torch.nn.Embedding(10, 4).eval()
    model = lexon.compile(table, (torch.tensor([1, 2, 3]),), output_type=output_type)
    inside = torch.tensor([9, 0, 4])
    assert torch.equal(model(inside), table(inside))
    for outside in (10, -1, 1 << 20):
        with pytest.raises(LexonError, match=r"index|bound|dim"):
            model(torch.tensor([0, outside, 1]))
