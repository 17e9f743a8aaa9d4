"""Credentials encrypted as Node-RED does it."""

from vgd_kernel.services.runtime.cipher import decrypt, encrypt, is_encrypted

BY_NODE_RED = {
    "$": "55cf97077cf2e6abdf08977b1f8a6e5dO5y70Eplv/lR/jj5vMInctlbZdxCycgCxuS/kWjsKxUNaBEaGRcFffzU"
}
"""Written by Node-RED 5.0.7 with credentialSecret "open sesame"."""


def test_what_node_red_encrypted_opens():
    opened = decrypt("open sesame", BY_NODE_RED)
    assert opened == {"br": {"user": "ali", "password": "s3sáme"}}


def test_what_is_encrypted_opens_with_the_same_secret_alone():
    values = {"node": {"password": "é😀"}}
    closed = encrypt("one", values)
    assert is_encrypted(closed)
    assert "password" not in closed["$"]
    assert decrypt("one", closed) == values
    assert decrypt("two", closed) is None


def test_no_two_encryptions_are_alike():
    assert encrypt("one", {"a": {}}) != encrypt("one", {"a": {}})


def test_what_is_broken_does_not_open():
    for text in ("", "zz", "00" * 16, "00" * 16 + "!", "00" * 16 + "YQ=="):
        assert decrypt("one", {"$": text}) is None


def test_plain_credentials_are_not_encrypted():
    assert not is_encrypted({"node": {"password": "x"}})
    assert not is_encrypted({"$": "text", "node": {}})
