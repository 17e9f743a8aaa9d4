"""Credentials that come with a deployment."""

from typing import Any

import pytest

from vgd_kernel.model import installed
from vgd_kernel.services.runtime.credentials import CredentialSet

BROKER = {"id": "br", "type": "mqtt-broker"}
OLD = {"br": {"user": "ali", "password": "sesame"}}


def after(given: Any, entry: dict[str, Any] = BROKER, old: Any = OLD) -> dict[str, Any]:
    credentials = CredentialSet(installed(), old)
    (taken,) = credentials.take([{**entry, "credentials": given}])
    assert taken == entry
    return credentials.values


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, OLD["br"]),
        ({"user": "eve"}, {"user": "eve", "password": "sesame"}),
        ({"password": "__PWRD__"}, OLD["br"]),
        ({"password": " "}, {"user": "ali"}),
        ({"user": None, "password": ""}, {}),
        ({"unknown": "x"}, OLD["br"]),
        ("no object", OLD["br"]),
    ],
)
def test_a_deployment_changes_what_it_brings(given, expected):
    assert after(given) == {"br": expected}


def test_an_entry_without_credentials_keeps_what_is_known():
    credentials = CredentialSet(installed(), OLD)
    assert credentials.take([BROKER]) == [BROKER]
    assert (credentials.values, credentials.dirty) == (OLD, False)


def test_a_node_that_goes_takes_its_credentials_along():
    credentials = CredentialSet(installed(), OLD)
    credentials.take([])
    assert (credentials.values, credentials.dirty) == ({}, True)
    credentials = CredentialSet(installed(), OLD)
    credentials.take([], forget=False)
    assert credentials.values == OLD


def test_an_unknown_type_keeps_whatever_it_brings():
    entry = {"id": "x", "type": "from elsewhere"}
    assert after({"key": "1", "empty": ""}, entry, {}) == {"x": {"key": "1"}}


def test_a_type_without_credentials_keeps_none():
    assert after({"key": "1"}, {"id": "x", "type": "inject"}, {}) == {}


def test_a_subflow_forgets_what_it_no_more_names():
    entry = {"id": "s", "type": "subflow:def"}
    assert after({"B": "2"}, entry, {"s": {"A": "1"}}) == {"s": {"B": "2"}}


def test_the_secrets_of_global_config_are_a_map():
    entry = {"id": "g", "type": "global-config"}
    old = {"g": {"map": {"A": "1", "has_A": True, "B": "2", "has_B": True}}}
    given = {"map": {"A": "__PWRD__", "has_A": True, "C": "3", "has_C": True}}
    expected = {"A": "1", "has_A": True, "C": "3", "has_C": True}
    assert after(given, entry, old) == {"g": {"map": expected}}


def test_a_run_gets_credentials_and_secret_environment_values():
    tab = {"id": "t", "type": "tab", "env": [{"name": "KEY", "type": "cred"}, {"name": "X"}]}
    credentials = CredentialSet(installed(), {**OLD, "t": {"KEY": "secret"}})
    broker, given, other = credentials.give([BROKER, tab, {"id": "o", "type": "inject"}])
    assert broker == {**BROKER, "credentials": OLD["br"]}
    assert given["env"] == [{"name": "KEY", "type": "cred", "value": "secret"}, {"name": "X"}]
    assert other == {"id": "o", "type": "inject"}


def test_of_a_password_an_editor_sees_only_that_it_is_there():
    credentials = CredentialSet(installed(), {**OLD, "s": {"A": "1"}, "h": {"user": "u"}})
    assert credentials.shown("mqtt-broker", "br") == {"user": "ali", "has_password": True}
    assert credentials.shown("subflow:def", "s") == {"has_A": True}
    assert credentials.shown("http-request", "h") == {"user": "u", "has_password": False}
    assert credentials.shown("from elsewhere", "s") == {}
    assert credentials.shown("mqtt-broker", "nobody") == {}


def test_whole_credentials_take_the_place_of_the_old():
    credentials = CredentialSet(installed(), OLD)
    credentials.replace({"br": {"user": "x"}})
    assert (credentials.values, credentials.dirty) == ({"br": {"user": "x"}}, True)
    assert CredentialSet(installed(), OLD).copy().values == OLD
