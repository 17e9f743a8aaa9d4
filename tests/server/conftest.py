"""A Jupyter server with the extension, one worker in this process, and the API description."""

import asyncio
import json
from pathlib import Path
from urllib.parse import quote

import pytest
import referencing
import vgd_server
import yaml
from jsonschema import Draft202012Validator
from jupyter_server.auth import IdentityProvider, User
from pytest_jupyter.jupyter_server import *  # noqa: F403 - fixtures and hooks of this folder only
from tornado.httpclient import HTTPClientError

from vgd_kernel.app import Platform
from vgd_kernel.model import installed
from vgd_kernel.services.cluster.worker import WorkerOptions, serve
from vgd_kernel.services.store import StoreSettings
from vgd_kernel.settings import Settings

SPEC = yaml.safe_load(Path(vgd_server.__file__).with_name("openapi.yaml").read_text())
SPEC_URI = "urn:vgd:openapi"
REGISTRY = referencing.Registry().with_resource(
    SPEC_URI,
    referencing.Resource.from_contents(
        SPEC, default_specification=referencing.jsonschema.DRAFT202012
    ),
)

ECHO = [
    {"id": "tab", "type": "tab", "label": "echo"},
    {"id": "in", "type": "inject", "z": "tab", "name": "button", "props": [{"p": "payload"}],
     "payload": "pressed", "payloadType": "str", "wires": [["out"]]},
    {"id": "out", "type": "debug", "z": "tab", "name": "shown", "active": True,
     "complete": "payload", "targetType": "msg", "wires": []},
]  # fmt: skip
"""A flow that shows what it is sent."""


def pointer(*parts):
    """Return a JSON pointer into the API description."""
    return "#/" + "/".join(quote(part.replace("~", "~0").replace("/", "~1")) for part in parts)


def check_against(reference, data):
    """Fail when data does not fit a schema of the API description."""
    Draft202012Validator({"$ref": f"{SPEC_URI}{reference}"}, registry=REGISTRY).validate(data)


class Named(IdentityProvider):
    """Knows everybody who has the token as Ada."""

    async def get_user(self, handler):
        user = super().get_user(handler)
        user = await user if asyncio.iscoroutine(user) else user
        return None if user is None else User(username="ada", display_name="Ada")


class OneWorker:
    """A cluster whose only worker runs in this process."""

    scheduler = "tcp://127.0.0.1:9"
    problem = ""

    def __init__(self):
        self.stop = asyncio.Event()
        self.worker = None

    async def run(self, on_cards):
        self.worker = asyncio.ensure_future(
            serve(
                WorkerOptions(self.scheduler, name="here"), installed(), {}, {},
                stop=self.stop, on_ready=lambda card: on_cards([card]),
            )
        )  # fmt: skip
        await asyncio.shield(self.worker)

    def lost(self, card):
        pass

    async def close(self):
        self.stop.set()
        if self.worker is not None:
            await self.worker


class Keeper:
    """Keeps a platform with one worker in this process."""

    def __init__(self, folder, root):
        self.folder = folder
        self.root = root
        self.platform = None

    async def get(self):
        if self.platform is None:
            settings = Settings(store=StoreSettings(state_dir=self.folder))
            self.platform = await Platform(settings, self.root, cluster=OneWorker()).start()
        return self.platform

    async def stop(self):
        if self.platform is not None:
            await self.platform.stop()


@pytest.fixture
def jp_server_config(tmp_path, monkeypatch):
    monkeypatch.setenv("VGD_STATE_DIR", str(tmp_path / "unused"))
    return {
        "ServerApp": {
            "jpserver_extensions": {"vgd_server": True, "jupyter_server_terminals": False},
            "allow_unauthenticated_access": False,
            "identity_provider_class": Named,
        }
    }


@pytest.fixture
def keeper(jp_serverapp, jp_root_dir, tmp_path):
    keeper = Keeper(tmp_path / "state", jp_root_dir)
    jp_serverapp.web_app.settings["vgd_platform"] = keeper
    extension = jp_serverapp.extension_manager.extension_apps["vgd_server"]
    (app,) = extension
    app.settings["vgd_platform"] = keeper
    return keeper


@pytest.fixture
def call(jp_fetch, keeper):
    """Send a request by its template, check the answer against the API description, return it."""

    async def send(method, template, *, body=None, query=None, expect=200, **path):
        url = template
        for name, value in path.items():
            url = url.replace("{" + name + "}", str(value))
        text = None if method in ("GET", "DELETE") else json.dumps(body or {})
        if isinstance(body, str):
            text = body
        try:
            response = await jp_fetch("vgd/api" + url, method=method, body=text, params=query or {})
        except HTTPClientError as error:
            response = error.response
        assert response.code == expect, response.body
        described = SPEC["paths"][template][method.lower()]["responses"]
        assert str(expect) in described, f"{method} {template} may not answer {expect}"
        answer = described[str(expect)]
        where = ("paths", template, method.lower(), "responses", str(expect))
        if "$ref" in answer:
            where = tuple(answer["$ref"].removeprefix("#/").split("/"))
            answer = SPEC["components"]["responses"][where[-1]]
        if "content" not in answer:
            assert not response.body
            return None
        data = json.loads(response.body)
        check_against(pointer(*where, "content", "application/json", "schema"), data)
        return data

    return send


@pytest.fixture
def echo():
    return [dict(entry) for entry in ECHO]


@pytest.fixture
def spec():
    return SPEC


@pytest.fixture
def fits():
    return check_against
