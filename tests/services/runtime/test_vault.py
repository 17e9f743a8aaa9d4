"""Which secret opens the credentials, and that none is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.services.runtime.cipher import decrypt, encrypt
from vgd_kernel.services.runtime.files import RuntimeFiles
from vgd_kernel.services.runtime.vault import GENERATED, CredentialsError, Vault

SECRETS = {"broker": {"user": "ali", "password": "sesame"}}


def kept(folder: Path, name: str = "flows_cred.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text())
    return found


def test_without_a_secret_one_is_generated_and_kept(tmp_path):
    Vault(RuntimeFiles(tmp_path), None).save(SECRETS)
    secret = kept(tmp_path, ".config.runtime.json")[GENERATED]
    assert decrypt(secret, kept(tmp_path)) == SECRETS
    assert Vault(RuntimeFiles(tmp_path), None).load() == (SECRETS, False)
    assert (tmp_path / "flows_cred.json").stat().st_mode & 0o077 == 0
    assert (tmp_path / ".config.runtime.json").stat().st_mode & 0o077 == 0


def test_what_else_the_runtime_remembers_stays(tmp_path):
    (tmp_path / ".config.runtime.json").write_text('{"instanceId": "x"}')
    Vault(RuntimeFiles(tmp_path), None).save(SECRETS)
    assert kept(tmp_path, ".config.runtime.json")["instanceId"] == "x"


def test_a_set_secret_takes_the_place_of_a_generated_one(tmp_path):
    Vault(RuntimeFiles(tmp_path), None).save(SECRETS)
    vault = Vault(RuntimeFiles(tmp_path), "mine")
    assert vault.load() == (SECRETS, True)
    vault.save(SECRETS)
    assert decrypt("mine", kept(tmp_path)) == SECRETS
    assert GENERATED not in kept(tmp_path, ".config.runtime.json")
    assert vault.load() == (SECRETS, False)


def test_without_encryption_credentials_are_plain(tmp_path):
    vault = Vault(RuntimeFiles(tmp_path), None, encrypted=False)
    vault.save(SECRETS)
    assert kept(tmp_path) == SECRETS
    assert vault.load() == (SECRETS, False)
    assert vault.kind == "disabled"


def test_plain_credentials_are_to_be_saved_encrypted(tmp_path):
    (tmp_path / "flows_cred.json").write_text(json.dumps(SECRETS))
    assert Vault(RuntimeFiles(tmp_path), "mine").load() == (SECRETS, True)


@pytest.mark.parametrize(
    ("secret", "encrypted", "source"),
    [
        ("wrong", True, "the secret that is set"),
        (None, True, "none is set"),
        (None, False, "switched off"),
    ],
)
def test_a_wrong_secret_is_named_and_loses_nothing(tmp_path, secret, encrypted, source):
    before = json.dumps(encrypt("right", SECRETS))
    (tmp_path / "flows_cred.json").write_text(before)
    with pytest.raises(CredentialsError, match=source) as raised:
        Vault(RuntimeFiles(tmp_path), secret, encrypted=encrypted).load()
    assert "VGD_CREDENTIAL_SECRET" in str(raised.value)
    assert (tmp_path / "flows_cred.json").read_text() == before
    assert [file.name for file in tmp_path.iterdir()] == ["flows_cred.json"]


def test_a_wrong_generated_secret_is_named(tmp_path):
    (tmp_path / "flows_cred.json").write_text(json.dumps(encrypt("right", SECRETS)))
    (tmp_path / ".config.runtime.json").write_text(json.dumps({GENERATED: "other"}))
    with pytest.raises(CredentialsError, match="generated secret in"):
        Vault(RuntimeFiles(tmp_path), None).load()


def test_no_file_is_made_for_no_credentials(tmp_path):
    vault = Vault(RuntimeFiles(tmp_path), None)
    assert vault.load() == ({}, False)
    vault.save({})
    assert list(tmp_path.iterdir()) == []
