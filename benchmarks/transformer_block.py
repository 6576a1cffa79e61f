#!/usr/bin/env python3
# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The transformer block: Lexon beside PyTorch eager (and other runtimes, if installed) in one process, turn by turn.

Every system is first compared with the f64 reference. Then they take turns: before each turn the process must use no
CPU (thread pools that still spin would slow the next system), then one call is not timed and two are.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "transformer"
PEERS = ("onnxruntime", "openvino")
TOO_FAR = 4.0  # times PyTorch's own largest error

Call = Callable[[], Any]


@dataclass
class System:
    """Something that runs the block, and its times in seconds."""

    name: str
    call: Call
    error: float = 0.0
    times: list[float] = field(default_factory=list)


def main() -> int:
    """Prints one line per system; returns 1 if one of them computes something else than the block."""
    options = _parse()
    try:
        import torch
    except ImportError:
        print("error: this benchmark compares with PyTorch, which is not installed: run make setup", file=sys.stderr)
        return 1
    torch.set_num_threads(options.threads)
    sys.path.insert(0, str(EXAMPLE))
    import transformer_model as blocks
    from reference_block import reference

    config = blocks.SMALL if options.small else blocks.BlockConfig()
    model, x = blocks.build(config), blocks.example_input(config, 1, options.seq_len)
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    expected, _ = reference(x.numpy(), weights, config)
    with tempfile.TemporaryDirectory(prefix="lexon-bench-") as folder, torch.no_grad():
        systems = _systems(model, x, options, Path(folder))
        for system in systems:
            system.error = float(np.abs(np.asarray(system.call()) - expected).max())
        _measure(systems, options.rounds)
        flops = _flops(config, options.seq_len)
        return _report(systems, flops, options)


def _parse() -> argparse.Namespace:
    cores = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=min(2, cores), help="threads of each system (default: 2)")
    parser.add_argument("--seq-len", type=int, default=40, help="tokens (default: 40)")
    parser.add_argument("--rounds", type=int, default=25, help="turns of each system (default: 25)")
    parser.add_argument("--small", action="store_true", help="the small configuration, to try this script")
    parser.add_argument("--peers", action="store_true", help=f"also {' and '.join(PEERS)}, where installed")
    return parser.parse_args()


def _systems(model: Any, x: Any, options: argparse.Namespace, folder: Path) -> list[System]:
    import lexon

    compiled = lexon.compile(model, (x,), threads=options.threads)
    systems = [System("Lexon", lambda: compiled(x)), System("PyTorch eager", lambda: model(x))]
    if options.peers:
        for peer in PEERS:
            if importlib.util.find_spec(peer) is None:
                print(f"{peer} is not installed: left out")
                continue
            make = _onnxruntime if peer == "onnxruntime" else _openvino
            systems.append(System(peer, make(model, x, options.threads, folder)))
    return systems


def _onnxruntime(model: Any, x: Any, threads: int, folder: Path) -> Call:
    import onnxruntime  # type: ignore[import-not-found]
    import torch

    path = folder / "block.onnx"
    torch.onnx.export(model, (x,), str(path), input_names=["x"], dynamo=True)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    values = {session.get_inputs()[0].name: x.numpy()}
    return lambda: session.run(None, values)[0]


def _openvino(model: Any, x: Any, threads: int, folder: Path) -> Call:
    import openvino  # type: ignore[import-not-found]

    settings = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"}
    converted = openvino.convert_model(model, example_input=x)
    compiled = openvino.Core().compile_model(converted, "CPU", settings)
    request = compiled.create_infer_request()
    return lambda: request.infer([x.numpy()])[0]


def _measure(systems: list[System], rounds: int) -> None:
    for round_number in range(rounds):
        order = systems if round_number % 2 == 0 else systems[::-1]
        for system in order:
            _wait_until_idle()
            system.call()
            for _ in range(2):
                start = time.perf_counter()
                system.call()
                system.times.append(time.perf_counter() - start)
        if sys.stderr.isatty():
            print(f"\r{round_number + 1}/{rounds}", end="\r", file=sys.stderr, flush=True)


def _wait_until_idle() -> None:
    """Until no thread of this process uses CPU; gives up after two seconds."""
    deadline = time.perf_counter() + 2.0
    while time.perf_counter() < deadline:
        before = time.process_time()
        time.sleep(0.02)
        if time.process_time() - before < 0.0005:
            return


def _flops(config: Any, tokens: int) -> float:
    """As transformer_runner.cpp counts them: two per multiply-add of the matrix multiplications."""
    heads = config.num_attention_heads * config.head_dim
    groups = config.num_key_value_heads * config.head_dim
    linear = config.hidden_size * (2 * heads + 2 * groups + 3 * config.intermediate_size)
    return float(2 * tokens * (linear + 2 * heads * tokens))


def _report(systems: list[System], flops: float, options: argparse.Namespace) -> int:
    load = os.getloadavg()[0]
    print(f"{_processor()}, {options.threads} threads, {options.seq_len} tokens, {2 * options.rounds} calls each")
    busy = load > options.threads + 0.5
    print(f"system load {load:.1f}" + (": other programs ran, the times are too long" if busy else ""))
    print(f"{'':<16}{'min ms':>9}{'median ms':>11}{'GFLOP/s':>9}{'largest error':>15}")
    eager = next(system for system in systems if system.name == "PyTorch eager")
    for system in systems:
        least, middle = min(system.times), statistics.median(system.times)
        rate = flops / least / 1e9
        print(f"{system.name:<16}{least * 1e3:9.2f}{middle * 1e3:11.2f}{rate:9.1f}{system.error:15.2e}")
    wrong = [system for system in systems if not system.error <= TOO_FAR * eager.error]
    for system in wrong:
        print(f"FAIL: {system.name} is off by {system.error:.3g}, PyTorch by {eager.error:.3g}", file=sys.stderr)
    return 1 if wrong else 0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


if __name__ == "__main__":
    sys.exit(main())
