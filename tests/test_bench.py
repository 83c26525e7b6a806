"""The benchmarks run: each kind of request is answered as it should be, within its number of queries."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.nightly
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads processor time from /proc")
def test_bench_when_run_briefly_then_every_kind_is_measured_and_keeps_to_its_queries(tmp_path):
    results = tmp_path / "results.json"
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--rounds", "1", "--seconds", "0.3", "--results", str(results)],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = {one["name"]: one for one in json.loads(results.read_text())["results"]}
    assert set(found) == {
        "empty view",
        "booking, ample places",
        "booking, one hot session",
        "feed not modified",
        "week page",
    }
    for one in found.values():
        assert one["per_second"] > 0
        assert one["cpu_ms"] > 0
        assert one["most_queries"] is None or one["queries"] <= one["most_queries"], one
    assert found["empty view"]["ratio"] == 1
    assert found["empty view"]["queries"] == 0
