"""Secrets in clear text."""

import pytest

SECRET = "hunter2-and-more"


def node(type="alien", **fields):
    return {"id": "n", "type": type, **fields}


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (node(password=SECRET), "password"),
        (node(settings={"apiKey": SECRET}), "settings.apiKey"),
        (node(credentials={"password": SECRET}), "credentials.password"),
        (node(env=[{"name": "DB_PASSWORD", "value": SECRET, "type": "str"}]), "env.0.value"),
        (node("change", rules=[{"t": "set", "p": "headers.authorization", "pt": "msg",
                                "to": SECRET, "tot": "str"}]), "rules.0.to"),
        (node("inject", props=[{"p": "token", "v": SECRET, "vt": "str"}]), "props.0.v"),
        (node("http request", headers=[{"keyType": "other", "keyValue": "X-Api-Key",
                                        "valueType": "other", "valueValue": SECRET}]),
         "headers.0.valueValue"),
        (node(url="https://ann:pa55word@example.org/x"), "url"),
        (node("function", func=f'const password = "{SECRET}";'), "func"),
        (node("function", func=f"msg.headers = {{'x-token': '{SECRET}'}}"), "func"),
        (node("function", func="msg.headers.Authorization = 'Bearer 0123456789abcdef'"), "func"),
        (node(info="-----BEGIN RSA PRIVATE KEY-----\nMII"), "info"),
        (node(key="AKIA" + "A1" * 8), "key"),
        (node(text="ghp_" + "a" * 36), "text"),
    ],
)  # fmt: skip
def test_a_secret_is_named_with_its_field_and_not_shown(findings, entry, field):
    ((found, where, severity, seen),) = findings("secret", entry)
    assert (found, where, severity) == ("n", field, "warning")
    assert SECRET not in seen


@pytest.mark.parametrize(
    "entry",
    [
        node(password="${DB_PASSWORD}"),
        node(password="{{password}}"),
        node(password=""),
        node(token="<your token>"),
        node(token="token", tokenType="msg"),
        node(token="payload.secret", tokenType="msg"),
        node(usePassword="true", passwordField="yes please"),
        node(env=[{"name": "DB_PASSWORD", "value": "OTHER_NAME", "type": "env"}]),
        node("change", rules=[{"t": "set", "p": "password", "pt": "msg", "to": "payload.password",
                               "tot": "msg"}]),
        node("function", func='const password = env.get("DB_PASSWORD");'),
        node("function", func='msg.password = msg.payload.password; token = "";'),
        node("function", func='if (msg.token === "missing token") { return; }'),
        node("comment", info="Set the password: it is needed."),
        node(url="http://localhost:1880/token"),
        node(url="mqtt://${USER}:${PASSWORD}@broker"),
        node(tokenizer="whitespace-tokenizer", passes="twice-a-day"),
    ],
)  # fmt: skip
def test_what_only_speaks_of_secrets_is_no_finding(findings, entry):
    assert findings("secret", entry) == []
