"""What an http request node does with a message."""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from vgd_kernel.model import UNDEFINED, Context, Message
from vgd_kernel.model.credentials import Credentials
from vgd_kernel.model.errors import ExpressionError, FlowError, RequestError, ThrownError
from vgd_kernel.model.javascript_values import to_number, to_text, truthy
from vgd_kernel.model.mustache import compile_template
from vgd_kernel.model.network import HttpAnswer, HttpCall, HttpSession
from vgd_kernel.model.typed import parse_json
from vgd_kernel.nodes.network._digest import digest_header
from vgd_kernel.nodes.network._headers import MARK, drop_unchanged, mark_of, update
from vgd_kernel.nodes.network._http_call import (
    clean_url,
    get_body,
    make_body,
    response_cookies,
    take_cookies,
    with_query,
    without_user,
)
from vgd_kernel.nodes.network._proxies import is_direct, proxy_of

if TYPE_CHECKING:
    from vgd_kernel.nodes.network.http_request import HttpRequestNode

_OVERRIDE = "msg properties do not override what is set in the node; the node's own is used"


class Requester:
    """Makes the requests of one node."""

    def __init__(
        self,
        config: HttpRequestNode,
        credentials: Credentials,
        ctx: Context,
        session: HttpSession,
        timeout_s: float,
    ) -> None:
        """Compile the URL and find the config nodes."""
        self._config = config
        self._credentials = credentials
        self._ctx = ctx
        self._session = session
        self._timeout_s = timeout_s
        self._tls = ctx.config_node(config.tls) if config.tls else None
        self._context = self._tls.client_context() if self._tls is not None else None
        self._proxy = ctx.config_node(config.proxy) if config.proxy else None
        template = "{{" in config.url
        self._render = compile_template(config.url, lambda name: "") if template else None
        self._open = 0

    async def handle(self, msg: Message) -> None:
        """Ask, and send the answer or the error on."""
        ctx = self._ctx
        self._open += 1
        ctx.status("blue", "dot", "httpin.status.requesting")
        try:
            call = self._call(msg)
            if call is None:
                return
            try:
                answer = await self._ask(call)
            except RequestError as error:
                self._failed(error, call, msg)
                return
            self._answered(answer, msg)
        finally:
            self._open -= 1

    def _call(self, msg: Message) -> HttpCall | None:
        """Return the request of a message, None when a warning was all."""
        config, ctx = self._config, self._ctx
        url = config.url or _called(msg, "url", "indexOf")
        if msg.get("url") and config.url and config.url != msg["url"]:
            ctx.log(_OVERRIDE, level="warn", msg=msg)
        if self._render is not None:
            url = self._render(msg)
        if not url:
            raise FlowError("No url specified: expected one in the node or in msg.url.")
        if "://" in url and not url.startswith("http"):
            ctx.log("non-http transport requested", level="warn", msg=msg)
            ctx.status("red", "ring", "httpin.errors.invalid-transport")
            return None
        url = clean_url(url, secure=self._tls is not None)
        method: str = config.method
        if msg.get("method"):
            if method == "use":
                method = _called(msg, "method", "toUpperCase").upper()
            else:
                ctx.log(_OVERRIDE, level="warn", msg=msg)
        headers = self._headers(msg)
        cookies = take_cookies(headers, msg)
        body = None
        payload = msg.get("payload", UNDEFINED)
        if payload is not UNDEFINED:
            if method not in ("GET", "HEAD"):
                body = make_body(headers, payload)
            elif method == "GET" and config.paytoqs == "query":
                url = with_query(url, payload)
            elif method == "GET" and config.paytoqs == "body":
                body = get_body(payload)
        self._authorise(url, headers)
        follow = msg.get("followRedirects", UNDEFINED)
        return HttpCall(
            "GET" if method == "use" else method,
            url,
            {name: to_text(value) for name, value in headers.items()},
            body,
            cookies,
            self._timeout(msg),
            follow is UNDEFINED or truthy(follow),
            self._proxy_of(url),
            self._context or self._unchecked(msg),
            self._tls.server_name("") if self._tls is not None else "",
        )

    def _headers(self, msg: Message) -> dict[str, Any]:
        headers: dict[str, Any] = {}
        drop_unchanged(msg)
        given = msg.get("headers")
        for name, value in given.items() if isinstance(given, dict) else ():
            update(headers, name, value)
        for header in self._config.headers:
            name, value = header.read(self._ctx, msg)
            if name:
                update(headers, to_text(name), value)
        return headers

    def _authorise(self, url: str, headers: dict[str, Any]) -> None:
        """Set the header of known credentials."""
        kind = self._config.authType or "basic"
        user, password = self._user(url)
        if kind == "bearer" and self._credentials:
            headers["Authorization"] = f"Bearer {password}"
        elif kind == "basic" and (user or password):
            token = b64encode(f"{user}:{password}".encode()).decode()
            headers["Authorization"] = f"Basic {token}"

    def _user(self, url: str) -> tuple[str, str]:
        """Return user and password: the credentials', or those of the URL."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return self._credentials["user"], self._credentials["password"]
        return (
            self._credentials["user"] or unquote(parts.username or ""),
            self._credentials["password"] or unquote(parts.password or ""),
        )

    def _timeout(self, msg: Message) -> float:
        given = msg.get("requestTimeout", UNDEFINED)
        if given is UNDEFINED:
            return self._timeout_s
        number = to_number(given)
        if number != number:  # NaN
            self._ctx.log("Timeout value is not a valid number, ignoring", level="warn", msg=msg)
        elif number < 1:
            self._ctx.log("Timeout value is negative, ignoring", level="warn", msg=msg)
        else:
            return number / 1000
        return self._timeout_s

    def _unchecked(self, msg: Message) -> ssl.SSLContext | None:
        """Return a context that checks nothing when the message asks for it."""
        given = msg.get("rejectUnauthorized", True)
        if isinstance(given, str) and given.lower() in ("true", "false"):
            given = given.lower() == "true"
        if not isinstance(given, bool):
            text = "msg.rejectUnauthorized should be a boolean"
            self._ctx.log(text, level="warn", msg=msg)
        if given is not False:
            return None
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def _proxy_of(self, url: str) -> str:
        if self._proxy is None:
            return proxy_of(url, self._ctx)
        return "" if is_direct(url, self._proxy.noproxy) else str(self._proxy.address())

    async def _ask(self, call: HttpCall) -> HttpAnswer:
        bare = replace(call, url=without_user(call.url))
        answer = await self._session.request(bare)
        challenge = answer.headers.get("www-authenticate")
        if self._config.authType != "digest" or answer.status != 401 or not challenge:
            return answer
        user, password = self._user(call.url)
        parts = urlsplit(answer.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            header = digest_header(
                challenge, user=user, password=password, method=call.method, path=path
            )
        except FlowError as error:
            self._ctx.log(f"Digest authentication failed: {error}", level="warn")
            return answer
        headers: Mapping[str, str] = {**call.headers, "Authorization": header}
        return await self._session.request(replace(bare, headers=headers))

    def _answered(self, answer: HttpAnswer, msg: Message) -> None:
        ctx, kind = self._ctx, self._config.ret
        headers = answer.headers
        for step in answer.redirects:
            if "cookies" in step:
                step["cookies"] = response_cookies(step["cookies"])
        cookies = response_cookies(headers.get("set-cookie"))
        msg["statusCode"] = answer.status
        msg["headers"] = {**headers, MARK: mark_of(headers)}
        msg["responseUrl"] = answer.url
        msg["payload"] = answer.body if kind == "bin" else answer.body.decode("utf-8", "replace")
        msg["redirectList"] = answer.redirects
        msg["retry"] = 0
        if "set-cookie" in headers:
            msg["responseCookies"] = cookies
        if kind == "obj":
            try:
                msg["payload"] = {} if answer.status == 204 else parse_json(msg["payload"])
            except ExpressionError:
                ctx.log("JSON parse error", level="warn", msg=msg)
        if self._open == 1:
            ctx.status()
        ctx.send(msg)

    def _failed(self, error: RequestError, call: HttpCall, msg: Message) -> None:
        ctx = self._ctx
        if error.code == "ETIMEDOUT":
            ctx.error("no response from server", msg)
            ctx.status("red", "ring", "common.notification.errors.no-response")
        else:
            ctx.error(error, msg)
            ctx.status("red", "ring", error.code)
        name = "TimeoutError" if error.code == "ETIMEDOUT" else "RequestError"
        msg["payload"] = f"{name}: {error} : {without_user(call.url)}"
        msg["statusCode"] = error.code
        if not self._config.senderr:
            ctx.send(msg)


def _called(msg: Message, key: str, function: str) -> str:
    """Return a text of a message; JavaScript calls its functions, which other values lack."""
    value = msg.get(key) or ""
    if not isinstance(value, str):
        raise ThrownError(f"{key}.{function} is not a function", kind="TypeError")
    return value


__all__ = ("Requester",)
