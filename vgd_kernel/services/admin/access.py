"""Who may use the admin API: tokens, log-ins with a password, permissions.

Without tokens and users everybody may do everything, and nobody is asked. Log-ins are kept in
``.sessions.json``, so that they outlive a restart. Source: Node-RED, ``editor-api/lib/auth``.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vgd_kernel.services.admin.pages import refuse_strange_pages
from vgd_kernel.services.admin.request import User
from vgd_kernel.services.runtime.config import ServeSettings
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.files import RuntimeFiles

TOKEN_BYTES = 128
"""Random bytes of a token; Node-RED has as many."""

ATTEMPTS = 5
"""Log-ins that one name may try within `ATTEMPTS_WINDOW_S`."""

ATTEMPTS_WINDOW_S = 600.0


class UnauthorizedError(RefusedError):
    """Nobody is logged in, or not as somebody who may do this.

    Attributes:
        challenge: Value of the header ``WWW-Authenticate``; empty for none.
    """

    def __init__(self, text: str, challenge: str = "") -> None:
        """Keep the text and the challenge."""
        super().__init__(text, status=401, code="unauthorized")
        self.challenge = challenge


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in.

    Attributes:
        user: Who.
        client: What they logged in with.
        scope: What they may do.
        expires: Seconds since the epoch.
    """

    user: str
    client: str
    scope: tuple[str, ...]
    expires: float


class Access:
    """Decides about requests."""

    def __init__(
        self,
        settings: ServeSettings,
        files: RuntimeFiles,
        own_name: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Read the log-ins that are kept.

        Args:
            settings: Tokens and users.
            files: Where log-ins are kept.
            own_name: The name or address that the server was told to listen on.
            now: Gives seconds since the epoch.

        Raises:
            FlowSyntaxError: The file of log-ins is not JSON.
        """
        self._settings = settings
        self._own_name = own_name
        self._path = files.folder / ".sessions.json"
        self._files = files
        self._now = now
        self._writing = asyncio.Lock()
        self._attempts: list[tuple[float, str]] = []
        self._sessions: dict[str, Session] = {}
        if settings.is_guarded:
            self._sessions = self._read()

    @property
    def is_guarded(self) -> bool:
        """Everybody is asked who they are."""
        return self._settings.is_guarded

    def refuse_strangers(self, headers: Mapping[str, Any]) -> None:
        """Refuse what a web page of somebody else asks for, where nobody logs in.

        Raises:
            RefusedError: It is such a request.
        """
        if not self.is_guarded and not self._settings.insecure:
            refuse_strange_pages(headers, self._own_name)

    def user(self, token: str | None, permission: str) -> User | None:
        """Return who asks; None when nobody has to log in.

        Args:
            token: Of the request.
            permission: That is needed; empty: any user will do.

        Raises:
            UnauthorizedError: They may not.
        """
        if not self.is_guarded:
            return None
        found = self._user_of(token) if token else None
        if found is None:
            found = self._anonymous(token)
        if permission and not allows(found.permissions, permission):
            raise UnauthorizedError(
                f"this needs the permission {permission}; the user has: "
                f"{', '.join(found.permissions) or 'none'}. Log in as one who has it."
            )
        return found

    def _anonymous(self, token: str | None) -> User:
        if self._settings.admin_default:
            return User("", self._settings.admin_default, anonymous=True)
        wrong = ', error="invalid_token"' if token else ""
        raise UnauthorizedError(
            "the token is not known, or has expired; log in again."
            if token
            else "this needs a token: Authorization: Bearer TOKEN. Log in to get one.",
            f'Bearer realm="Users"{wrong}',
        )

    def _user_of(self, token: str) -> User | None:
        for known, user in self._fixed():
            if secrets.compare_digest(known.encode(), token.encode()):
                return user
        session = self._sessions.get(token)
        if session is None:
            return None
        if session.expires < self._now():
            del self._sessions[token]
            return None
        return User(session.user, session.scope)

    def _fixed(self) -> list[tuple[str, User]]:
        own = self._settings.admin_token
        found = [(own.get_secret_value(), User("admin", ("*",)))] if own is not None else []
        given = self._settings.admin_tokens
        return found + [(t.token.get_secret_value(), User(t.user, t.permissions)) for t in given]

    @property
    def has_users(self) -> bool:
        """Somebody can log in with a password."""
        return bool(self._settings.admin_users)

    async def log_in(
        self, username: str, password: str, client: str, scope: tuple[str, ...]
    ) -> tuple[str, float] | None:
        """Return a new token and its seconds to live, None when the password is wrong.

        Raises:
            RefusedError: Too many attempts.
        """
        now = self._now()
        self._attempts = [item for item in self._attempts if item[0] + ATTEMPTS_WINDOW_S > now]
        self._attempts.append((now, username))
        if sum(name == username for _, name in self._attempts) > ATTEMPTS:
            raise RefusedError("Too many login attempts. Wait 10 minutes and try again")
        user = next((u for u in self._settings.admin_users if u.username == username), None)
        known = user.password.get_secret_value() if user is not None else _NOBODY
        matches = await asyncio.to_thread(_matches, password, known)
        if not matches or user is None:
            return None
        scope = scope or user.permissions
        if not all(allows(user.permissions, wanted) for wanted in scope):
            return None
        self._attempts = [item for item in self._attempts if item[1] != username]
        token = secrets.token_urlsafe(TOKEN_BYTES)
        lifetime = self._settings.session_expiry_s
        self._sessions[token] = Session(username, client, scope, now + lifetime)
        await self._keep()
        return token, lifetime

    async def revoke(self, token: str) -> None:
        """End a log-in; harmless when there is none."""
        if self._sessions.pop(token, None) is not None:
            await self._keep()

    async def _keep(self) -> None:
        now = self._now()
        self._sessions = {t: s for t, s in self._sessions.items() if s.expires >= now}
        kept = {token: asdict(session) for token, session in self._sessions.items()}
        async with self._writing:
            await asyncio.to_thread(self._files.write, self._path, kept)

    def _read(self) -> dict[str, Session]:
        data = self._files.read(self._path)
        found = {}
        for token, kept in data.items() if isinstance(data, dict) else ():
            if isinstance(kept, dict) and kept.keys() == set(Session.__slots__):
                found[token] = Session(**{**kept, "scope": tuple(kept["scope"])})
        return found


_NOBODY = "$2b$08$nzI6AvV1yojb56jlJtR/zOpspzkQSkijREYc2jct95e1/4QaHIncC"
"""A hash for users who are not there, so that the answer takes as long."""


def _matches(password: str, hashed: str) -> bool:
    import bcrypt  # only log-ins need it

    data = password.encode()[:72]  # bcrypt's longest; other implementations cut silently
    try:
        return bcrypt.checkpw(data, hashed.encode())
    except ValueError:  # no hash at all
        return False


def allows(permissions: tuple[str, ...], wanted: str) -> bool:
    """Tell whether permissions include one.

    >>> allows(("read", "inject.write"), "flows.read"), allows(("read",), "flows.write")
    (True, False)
    """
    for given in permissions:
        if given in ("*", wanted):
            return True
        if given in ("read", "*.read") and (wanted == "read" or wanted.endswith(".read")):
            return True
        if given in ("write", "*.write") and (wanted == "write" or wanted.endswith(".write")):
            return True
    return False


__all__ = ("ATTEMPTS", "Access", "Session", "UnauthorizedError", "allows")
