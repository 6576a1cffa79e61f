"""Facts about the machine, and where the built files are."""

import pytest

from lexon import LexonError, paths, runtime


def test_cpu_info():
    info = runtime.cpu_info()
    assert info["cores"] >= 1 and info["page_bytes"] >= 4096
    assert all(isinstance(present, bool) for present in info["features"].values()) and "avx2" in info["features"]
    assert set(info["cache"]) == {"l1d", "l2", "l3", "line"}


def test_fma_peak():
    peak = runtime.fma_peak(1)
    assert peak.gflops > 0 and peak.threads == 1 and peak.isa
    with pytest.raises(LexonError, match="threads must be"):
        runtime.fma_peak(-1)


def test_version():
    assert runtime.version().count(".") == 2


def test_paths(monkeypatch, tmp_path):
    monkeypatch.setenv("LEXON_BUILD_DIR", str(tmp_path))
    assert paths.build_dir() == tmp_path
    with pytest.raises(LexonError, match="make build"):
        paths.tool("lexon-opt")
    with pytest.raises(LexonError, match=r"liblexon_runtime\.so: is not built"):
        paths.runtime_library()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "lexon-opt").touch()
    assert paths.tool("lexon-opt") == tmp_path / "bin" / "lexon-opt"
    monkeypatch.setenv("LEXON_BUILD_DIR", str(tmp_path / "absent"))
    with pytest.raises(LexonError, match="correct LEXON_BUILD_DIR"):
        paths.build_dir()
    monkeypatch.delenv("LEXON_BUILD_DIR")


def test_no_torch_needed():
    import subprocess
    import sys

    code = "import sys, lexon.runtime; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
