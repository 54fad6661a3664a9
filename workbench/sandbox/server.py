"""The sandbox itself: a real server on a real socket, in a thread or in the foreground."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson
from uvicorn import Config, Server
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from workbench.sandbox.answers import TRANSPORT
from workbench.sandbox.api import Api
from workbench.sandbox.application import Habits
from workbench.sandbox.calls import CallLog
from workbench.sandbox.errors import SandboxError
from workbench.sandbox.faults import parse_faults
from workbench.sandbox.samples import sample_customers, sample_price_lists, sample_staff
from workbench.sandbox.store import Bodies, Store
from workbench.sandbox.world import World

_HOST: Final = "127.0.0.1"
_KEEP_ALIVE: Final = 75
_LAST_PORT: Final = 65535
_GRACE: Final = 5
_LOOK: Final = 0.005


class Sandbox:
    """The embedded customer API.

    `customers` sample customers are made from `seed`, unless the file `state` exists: then it is loaded, and both are
    ignored. Without `state` all is forgotten at the end. `faults` are described in `workbench.sandbox.faults`;
    `nested`, `null` and `normalise` in `workbench.sandbox.application.Habits`. `key=None` accepts any key that is not
    empty. `port=0` takes a free one. `latency` (seconds) is added to every call. `log` is a file for
    `workbench.sandbox.calls.CallLog`.

    As a context manager it runs in a thread on 127.0.0.1; `url` is its address, `world` and `log` may be read, and
    `world.edit` plays somebody else, while it runs. Raises `SandboxError`: a port or a state file in use, an option
    that is not one.

        with Sandbox(customers=100) as sandbox:
            httpx.get(sandbox.url + "/v1/customers", headers={"X-API-Key": "any"})
    """

    def __init__(
        self,
        customers: int = 5000,
        seed: int = 1,
        state: Path | None = None,
        faults: Mapping[str, object] | None = None,
        nested: str = "merge",
        null: str = "clear",
        normalise: bool = False,
        key: str | None = None,
        port: int = 0,
        latency: float = 0,
        log: Path | None = None,
    ) -> None:
        if customers < 0 or latency < 0:
            raise SandboxError("customers and latency cannot be below 0")
        self._customers = customers
        self._seed = seed
        self._state = state
        self._habits = Habits(nested, null, normalise)  # type: ignore[arg-type]
        self._faults = parse_faults(faults)
        self._key = key
        self._port = port
        self._latency = latency
        self._world: World | None = None
        self._stale = False
        self._api: Api | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._url = ""
        self.log = CallLog(log)

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:40123`. Raises `SandboxError` before it was started."""
        if not self._url:
            raise SandboxError("the sandbox is not running; start it first")
        return self._url

    @property
    def world(self) -> World:
        """The customers themselves; made, or read from the state file, when first asked for."""
        if self._world is None:
            self._world = self._make_world()
        return self._world

    def set_faults(self, faults: Mapping[str, object] | None) -> None:
        """Exchange the faults, from the next call on; the dice start anew."""
        self._faults = parse_faults(faults)
        if self._api is not None:
            self._api.faults = self._faults

    def start(self) -> Self:
        """Run in a thread; return when it listens."""
        if self._thread is not None:
            raise SandboxError("the sandbox runs already")
        server, listener = self._prepare(lambda url: None)
        self._thread = threading.Thread(target=server.run, args=([listener],), name="sandbox", daemon=True)
        self._thread.start()
        server.listening.wait()
        return self

    def stop(self) -> None:
        """Answer what is in flight, stop listening, close the state file. Late changes that are still due are lost."""
        if self._server is not None and self._thread is not None:
            self._server.ask_to_stop()
            self._thread.join()
            self._thread = None
        self._close()

    def run_forever(self, announce: Callable[[str], None]) -> None:
        """Run in the foreground until SIGINT or SIGTERM; `announce` is given the URL once it really listens."""
        server, listener = self._prepare(announce)
        try:
            server.run([listener])
        finally:
            self._close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _make_world(self) -> World:
        if self._state is None:
            return World(self._samples(), sample_staff(), sample_price_lists(), habits=self._habits)
        if not self._state.exists():
            Store.create(self._state, self._samples(), _bodies(sample_staff()), _bodies(sample_price_lists()))
        return World.from_store(self._state, habits=self._habits)

    def _samples(self) -> Bodies:
        return _bodies(sample_customers(self._customers, self._seed))

    def _prepare(self, announce: Callable[[str], None]) -> tuple[_Server, socket.socket]:
        listener = _listen(self._port)
        try:
            if self._stale:  # it was stopped: memory is no longer what the file has
                self._world = None
                self._stale = False
            world = self.world
            self.log.open()
        except BaseException:
            listener.close()
            raise
        self._api = Api(world, self.log, self._faults, self._key, self._latency)
        self._url = f"http://{_HOST}:{listener.getsockname()[1]}"
        self._server = _Server(self._api, lambda: announce(self.url))
        return self._server, listener

    def _close(self) -> None:
        self.log.close()
        if self._world is not None:
            self._world.close()
        self._stale = self._state is not None


class Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """uvicorn's HTTP protocol, which lets the application reach the connection's transport, to break it on purpose."""

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}
        connection = transport.get_extra_info("socket")
        if connection is not None:  # asyncio does this only for sockets that name their protocol; 40 ms an answer else
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class _Server(Server):
    """uvicorn, told to stop by an event instead of being asked ten times a second."""

    def __init__(self, api: Api, announce: Callable[[], None]) -> None:
        config = Config(
            api.app,
            http=Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_GRACE,
        )
        super().__init__(config)
        self.listening = threading.Event()
        self._api = api
        self._announce = announce
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask_to_stop(self) -> None:
        """From any thread: stop soon."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: it has stopped
                self._loop.call_soon_threadsafe(self._api.closing.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        self._loop = asyncio.get_running_loop()
        try:
            await super().startup(sockets)
            self._announce()
        finally:
            self.listening.set()

    async def main_loop(self) -> None:
        """Wait to be stopped."""
        await self._api.closing.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, but it ends once nothing is in flight: that one always rests for a tenth of a second."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                while (self.server_state.connections or self.server_state.tasks) and not self.force_exit:  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK)
        for task in self.server_state.tasks:
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM end the server quietly; a second one ends it without waiting for what is in flight."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def _on_signal(self) -> None:
        self.force_exit = self._api.closing.is_set()
        self._api.closing.set()


def _listen(port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:
        raise SandboxError(f"cannot listen on {_HOST}:{port}: ports go from 0 to {_LAST_PORT}; choose another port")
    try:
        return socket.create_server((_HOST, port), backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SandboxError(f"cannot listen on {_HOST}:{port}: {reason}; choose another port") from error


def _bodies(records: Any) -> Bodies:
    return ((record["id"], orjson.dumps(record)) for record in records)
