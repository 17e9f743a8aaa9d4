"""How the project is laid out: folders, sizes, names that must not stand anywhere."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {".ci", "binder", "labextension", "notebooks", "server_ext", "tests", "vgd_kernel"}
FILES = {
    ".gitattributes", ".gitignore", ".prettierignore", ".prettierrc.json", "ARCHITECTURE.md",
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "eslint.config.mjs",
    "install.json", "package-lock.json", "package.json", "pyproject.toml", "requirements.lock",
}  # fmt: skip


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def sources() -> list[Path]:
    kinds = {".py", ".ts", ".tsx"}
    return [ROOT / name for name in tracked() if Path(name).suffix in kinds]


def test_the_top_level_is_what_the_design_says() -> None:
    top = {name.split("/")[0] for name in tracked() if "/" in name}
    files = {name for name in tracked() if "/" not in name}
    assert top <= FOLDERS
    assert files <= FILES


def test_no_source_file_is_longer_than_400_lines() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert {str(path): n for path, n in lengths.items() if n > 400} == {}


def test_no_node_file_is_longer_than_150_lines() -> None:
    nodes = [p for p in (ROOT / "vgd_kernel/nodes").rglob("*.py") if not p.name.startswith("_")]
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in nodes}
    assert {str(path): n for path, n in lengths.items() if n > 150} == {}


def test_no_module_is_called_utils_or_helpers() -> None:
    stems = {Path(name).stem for name in tracked()}
    assert stems & {"utils", "util", "helpers", "helper", "misc", "common_utils"} == set()


def test_only_the_settings_read_the_environment() -> None:
    packages = [ROOT / "vgd_kernel", ROOT / "server_ext"]
    readers = [
        str(path.relative_to(ROOT))
        for package in packages
        for path in package.rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8"))
    ]
    assert readers == ["vgd_kernel/settings.py"]


def test_no_work_is_left_undone_in_the_code() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [str(path) for path in sources() if words.search(path.read_text("utf-8"))]
    assert [path for path in found if path != __file__] == []


def test_the_locks_hold_no_addresses_of_registries() -> None:
    python = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in python
    npm = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert [name for name, entry in npm["packages"].items() if "resolved" in entry] == []


def test_make_has_at_most_12_targets_each_with_a_help_line() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.M)
    assert phony is not None
    targets = phony[1].split()
    helped = re.findall(r"^([a-z]+):.*?## .+$", text, re.M)
    assert len(targets) <= 12
    assert sorted(helped) == sorted(targets)
