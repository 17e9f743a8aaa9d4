"""The files of a runtime."""

import pytest

from vgd_kernel.model.errors import FlowSyntaxError, PlatformError
from vgd_kernel.services.runtime.files import RuntimeFiles, backup_of


def test_the_names_are_those_of_node_red(tmp_path):
    files = RuntimeFiles(tmp_path)
    assert files.flows.name == "flows.json"
    assert files.credentials.name == "flows_cred.json"
    other = RuntimeFiles(tmp_path, tmp_path / "plant.flow.json")
    assert other.credentials.name == "plant.flow_cred.json"


def test_the_last_version_stays_as_a_backup(tmp_path):
    files = RuntimeFiles(tmp_path)
    files.write(files.flows, [1])
    assert not backup_of(files.flows).exists()
    files.write(files.flows, [2])
    assert files.read(files.flows) == [2]
    assert files.read(backup_of(files.flows)) == [1]
    assert sorted(file.name for file in tmp_path.iterdir()) == [".flows.json.backup", "flows.json"]


def test_an_empty_file_is_read_from_its_backup(tmp_path):
    files = RuntimeFiles(tmp_path)
    files.write(files.flows, [1])
    files.write(files.flows, [2])
    files.flows.write_text("")
    assert files.read(files.flows) == [1]


def test_a_file_that_is_not_there_is_none(tmp_path):
    assert RuntimeFiles(tmp_path).read(tmp_path / "nothing") is None


def test_a_broken_file_names_itself_and_its_backup(tmp_path):
    files = RuntimeFiles(tmp_path)
    files.flows.write_text("[{")
    with pytest.raises(FlowSyntaxError, match=r"flows\.json is not JSON.*backup"):
        files.read(files.flows)


def test_a_byte_order_mark_is_passed_over(tmp_path):
    files = RuntimeFiles(tmp_path)
    files.flows.write_bytes(b"\xef\xbb\xbf[1]")
    assert files.read(files.flows) == [1]


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path):
    real = tmp_path / "real.json"
    real.write_text("[]")
    real.chmod(0o640)
    files = RuntimeFiles(tmp_path)
    files.flows.symlink_to(real)
    files.write(files.flows, [1])
    assert files.flows.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == ("[\n    1\n]\n", 0o640)


def test_a_folder_is_made(tmp_path):
    files = RuntimeFiles(tmp_path / "a" / "b")
    files.prepare()
    assert files.folder.is_dir()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PlatformError, match="--folder"):
        RuntimeFiles(tmp_path / "file" / "in").prepare()


def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path):
    files = RuntimeFiles(tmp_path)
    files.write(files.flows, [1])
    (tmp_path / "flows.json.$$$").mkdir()
    with pytest.raises(PlatformError, match="Nothing was changed"):
        files.write(files.flows, [2])
    assert files.read(files.flows) == [1]


def test_values_are_remembered_and_forgotten(tmp_path):
    files = RuntimeFiles(tmp_path)
    files.remember("state", "stop")
    assert files.remembered("state") == "stop"
    files.remember("state", None)
    assert files.remembered("state") is None
