"""Who may use the admin API."""

import aiohttp
import bcrypt
import pytest

from vgd_kernel.model.errors import PlatformError

pytestmark = pytest.mark.asyncio

HASH = bcrypt.hashpw(b"open sesame", bcrypt.gensalt(4)).decode()
USERS = [
    {"username": "ali", "password": HASH, "permissions": "*"},
    {"username": "eve", "password": HASH, "permissions": ["read"]},
]
GUARDED = {"admin_users": USERS, "admin_token": "a-token"}


def login(username: str, password: str = "open sesame", **more: object) -> dict[str, object]:
    return {
        "client_id": "node-red-admin", "grant_type": "password", "scope": "",
        "username": username, "password": password, **more,
    }  # fmt: skip


async def token_of(server, username: str) -> str:
    status, found = await server.ask("POST", "/auth/token", login(username))
    assert (status, found["token_type"], found["expires_in"]) == (200, "Bearer", 604800)
    return f"Bearer {found['access_token']}"


async def test_without_tokens_and_users_nobody_is_asked(server):
    assert await server.ask("GET", "/auth/login") == (200, {})
    assert (await server.ask("GET", "/flows"))[0] == 200
    assert (await server.ask("POST", "/auth/token", login("ali")))[0] == 404
    assert (await server.ask("POST", "/auth/revoke"))[0] == 404


async def test_with_users_a_request_needs_a_token(serve):
    server = await serve(serve=GUARDED)
    assert (await server.ask("GET", "/auth/login"))[1]["type"] == "credentials"
    answer = await server.client.get("/flows")
    assert (answer.status_code, answer.text) == (401, "Unauthorized")
    assert answer.headers["www-authenticate"] == 'Bearer realm="Users"'
    answer = await server.client.get("/flows", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert (await server.client.post("/inject/press")).status_code == 401


async def test_the_set_token_allows_everything(serve):
    server = await serve(serve=GUARDED)
    assert (await server.ask("GET", "/flows", Authorization="Bearer a-token"))[0] == 200
    assert (await server.client.get("/flows?access_token=a-token")).status_code == 200


async def test_a_log_in_gives_a_token_that_can_be_given_back(serve):
    server = await serve(serve=GUARDED)
    token = await token_of(server, "ali")
    status, settings = await server.ask("GET", "/settings", Authorization=token)
    assert (status, settings["user"]) == (200, {"username": "ali", "permissions": "*"})
    body = {"token": token.removeprefix("Bearer ")}
    assert await server.ask("POST", "/auth/revoke", body, Authorization=token) == (200, "")
    assert (await server.ask("GET", "/settings", Authorization=token))[0] == 401


async def test_a_log_in_outlives_a_restart(serve):
    server = await serve(serve=GUARDED)
    token = await token_of(server, "ali")
    await server.served.close()
    again = await serve(serve=GUARDED)
    assert (await again.ask("GET", "/flows", Authorization=token))[0] == 200


async def test_a_user_may_only_do_what_is_permitted(serve):
    server = await serve(serve=GUARDED)
    token = await token_of(server, "eve")
    assert (await server.ask("GET", "/flows", Authorization=token))[0] == 200
    assert await server.ask("POST", "/inject/press", Authorization=token) == (401, "")
    status, found = await server.ask("POST", "/auth/token", login("eve", scope="*"))
    assert (status, found["error"]) == (403, "invalid_grant")


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (login("ali", "wrong"), 403, "invalid_grant"),
        (login("nobody"), 403, "invalid_grant"),
        (login("ali", grant_type="code"), 501, "unsupported_grant_type"),
        ({"client_id": "node-red-admin", "grant_type": "password"}, 400, "invalid_request"),
    ],
)
async def test_a_wrong_log_in_is_refused(serve, body, status, error):
    server = await serve(serve=GUARDED)
    found = await server.ask("POST", "/auth/token", body)
    assert (found[0], found[1]["error"]) == (status, error)


async def test_an_unknown_client_gets_no_token(serve):
    server = await serve(serve=GUARDED)
    assert (await server.ask("POST", "/auth/token", login("ali", client_id="x")))[0] == 401


async def test_guessing_is_stopped(serve):
    server = await serve(serve=GUARDED)
    for _ in range(5):
        assert (await server.ask("POST", "/auth/token", login("ali", "wrong")))[0] == 403
    status, found = await server.ask("POST", "/auth/token", login("ali"))
    assert (status, found["error"]) == (500, "server_error")


async def test_what_nobody_needs_to_log_in_for_can_be_set(serve):
    server = await serve(serve={**GUARDED, "admin_default": "read"})
    assert (await server.ask("GET", "/flows"))[0] == 200
    assert (await server.ask("POST", "/inject/press"))[0] == 401


async def test_an_open_api_listens_for_this_machine_alone(serve):
    with pytest.raises(PlatformError, match="VGD_ADMIN_TOKEN"):
        await serve(network={"http_host": "0.0.0.0"})
    server = await serve(network={"http_host": "0.0.0.0"}, serve={"insecure": True})
    assert (await server.ask("GET", "/flows"))[0] == 200


async def test_without_the_api_only_http_nodes_answer(serve):
    server = await serve(network={"http_host": "0.0.0.0"}, serve={"admin": False})
    assert (await server.ask("GET", "/flows"))[0] == 404


@pytest.mark.parametrize(
    "host", ["127.0.0.1:1880", "localhost", "x.localhost:1", "[::1]:80", "10.0.0.1"]
)
async def test_programs_of_this_machine_are_served(server, host):
    assert (await server.ask("GET", "/flows", Host=host))[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:1880"])
async def test_a_name_that_was_bent_to_this_machine_is_refused(server, host):
    status, found = await server.ask("GET", "/flows", Host=host)
    assert (status, found["code"]) == (403, "forbidden")
    assert host.partition(":")[0] in found["message"]


async def test_a_page_of_somebody_else_is_refused(server):
    own = str(server.client.base_url).rstrip("/")
    assert await server.ask("POST", "/inject/press", Origin=own) == (200, "OK")
    for origin in ("http://evil.example", "null"):
        assert (await server.ask("POST", "/inject/press", Origin=origin))[0] == 403
        async with aiohttp.ClientSession(headers={"Origin": origin}) as client:
            socket = await client.ws_connect(f"{own}/comms")
            assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_with_a_token_the_name_does_not_matter(serve):
    server = await serve(serve=GUARDED)
    named = {"Host": "plant.example", "Authorization": "Bearer a-token"}
    assert (await server.ask("GET", "/flows", **named))[0] == 200
