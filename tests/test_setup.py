"""The set-up files agree with each other and name nothing of one machine."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCKS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.lock")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.M)


def pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PIN.findall(LOCKS[lock])}


def test_environment_yml_is_the_one_that_pyproject_gives():
    done = subprocess.run([sys.executable, "tools/make_environment.py", "--check"], cwd=ROOT)
    assert done.returncode == 0, "run `make codebook`"


@pytest.mark.parametrize(("lock", "extra"), [("run", None), ("test", "test"), ("lab", "lab")])
def test_every_requirement_is_pinned_within_its_bounds(lock, extra):
    wanted = PROJECT["dependencies"] + (PROJECT["optional-dependencies"][extra] if extra else [])
    pinned = pins(lock)
    for requirement in map(Requirement, wanted):
        version = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(Version(version)), (requirement, version)


@pytest.mark.parametrize("lock", ["test", "lab"])
def test_the_other_locks_contain_the_run_lock(lock):
    other = pins(lock)
    assert {name: other.get(name) for name in pins("run")} == pins("run")


@pytest.mark.parametrize("lock", ["run", "test", "lab"])
def test_locks_carry_hashes_and_no_address(lock):
    entries = PIN.findall(LOCKS[lock])
    assert LOCKS[lock].count("--hash=sha256:") >= len(entries) > 50
    assert "://" not in LOCKS[lock] and "--index" not in LOCKS[lock]


def test_jupyterlab_is_only_in_the_lab_lock():
    assert "jupyterlab" in pins("lab")
    assert "jupyterlab" not in pins("run") and "jupyterlab" not in pins("test")


def test_every_make_target_that_the_contract_names_is_explained():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ["report", "test", "check", "lab", "accept", "simulate", "fuzz", "bench", "help"]:
        assert f"make {target}" in done.stdout


def test_codebook_is_the_one_that_schema_and_params_give():
    done = subprocess.run([sys.executable, "tools/make_codebook.py", "--check"], cwd=ROOT)
    assert done.returncode == 0, "run `make codebook`"
