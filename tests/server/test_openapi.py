"""The description of the API and the handlers say the same."""

import json
import re

import pytest
from jupyter_server.auth import Authorizer
from openapi_spec_validator import validate
from tornado.httpclient import HTTPClientError
from vgd_server.routes import routes, templates

METHODS = ("get", "put", "post", "patch", "delete")


class NobodyMay(Authorizer):
    """Refuses everything and remembers what was asked."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012 - one list for all instances is meant

    def is_authorized(self, handler, user, action, resource):
        self.asked.append((action, resource))
        return False


def operations(spec):
    for template, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                yield template, method, item[method]


def filled(template):
    return "vgd/api" + re.sub(r"{\w+}", "x1", template)


async def status_of(jp_fetch, template, method, **request):
    body = None if method in ("get", "delete") else json.dumps({})
    try:
        response = await jp_fetch(filled(template), method=method.upper(), body=body, **request)
    except HTTPClientError as error:
        return error.code
    return response.code


def test_the_description_is_valid(spec):
    validate(spec)


def test_every_described_route_is_registered_and_every_registered_one_described(spec):
    registered = {
        (template, method)
        for template, handler in templates()
        for method in METHODS
        if method in vars(handler)
    }
    assert registered == {(template, method) for template, method, _ in operations(spec)}


def test_a_fixed_path_wins_over_a_parameter():
    patterns = [pattern for pattern, _ in routes()]
    assert patterns.index("/flows/check") < patterns.index("/flows/(.+)")


@pytest.mark.parametrize("key", ["operationId", "summary"])
def test_every_operation_has_its_own_name_and_summary(spec, key):
    found = [operation[key] for _, _, operation in operations(spec)]
    assert len(set(found)) == len(found)


@pytest.fixture
def without_xsrf(jp_server_config):
    jp_server_config["ServerApp"]["disable_check_xsrf"] = True
    return jp_server_config


async def test_every_operation_refuses_who_is_not_authenticated(
    without_xsrf, spec, keeper, jp_fetch
):
    for template, method, _ in operations(spec):
        code = await status_of(jp_fetch, template, method, headers={"Authorization": "none"})
        assert code == 403, f"{method} {template}"
    assert keeper.platform is None


@pytest.fixture
def refusing(jp_server_config):
    NobodyMay.asked.clear()
    jp_server_config["ServerApp"]["authorizer_class"] = NobodyMay
    return NobodyMay


async def test_every_operation_asks_the_authorizer_for_its_action(refusing, spec, keeper, jp_fetch):
    for template, method, operation in operations(spec):
        refusing.asked.clear()
        code = await status_of(jp_fetch, template, method)
        assert code == 403, f"{method} {template}"
        assert refusing.asked == [(operation["x-action"], "vgd")], f"{method} {template}"
    assert keeper.platform is None
