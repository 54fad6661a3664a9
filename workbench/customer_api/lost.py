"""What a failed call means: did it surely never leave, or may it have arrived?

Of aiohttp's exceptions only the errors of the connector are raised before a request is written; everything else is ambiguous.
"""

from __future__ import annotations

import errno
import os
import ssl
from typing import Final

import aiohttp

from workbench.customer_api.answers import Answer, Kind

_WORDS: Final = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset",
    errno.EPIPE: "connection reset",
    errno.ENETUNREACH: "network unreachable",
    errno.EHOSTUNREACH: "host unreachable",
    errno.ETIMEDOUT: "no connection in time",
}


class Unreadable(Exception):
    """An answer came that cannot be taken: too large, or in an encoding that was not asked for. Says which."""


def lost_answer(error: BaseException, asked: str = "") -> Answer:
    """The answer that stands for an exception of the transport. Its `trouble` holds nothing of the request."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _unsent(Kind.STOP, f"its certificate is not trusted ({_certificate(error)})", asked)
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)):
        return _unsent(Kind.NOT_SENT, _no_connection(error), asked, timed_out=_timed_out(error))
    return Answer(0, lost=Kind.AMBIGUOUS, trouble=_no_answer(error), timed_out=_timed_out(error), asked=asked)


def _unsent(kind: Kind, trouble: str, asked: str, *, timed_out: bool = False) -> Answer:
    return Answer(0, sent=False, lost=kind, trouble=trouble, timed_out=timed_out, asked=asked)


def _timed_out(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or getattr(error, "errno", None) == errno.ETIMEDOUT


def _no_connection(error: BaseException) -> str:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "no connection in time"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy refused the connection ({error.status})"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "no such host name"
    if isinstance(error, aiohttp.ClientSSLError):
        return "no secure connection: it does not speak TLS as expected"
    where = "the proxy: " if isinstance(error, aiohttp.ClientProxyConnectionError) else ""
    return where + _os_words(error, "no connection")


def _no_answer(error: BaseException) -> str:
    if isinstance(error, Unreadable):
        return str(error)
    if isinstance(error, TimeoutError):
        return "no whole answer in time"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the answer broke off in the middle"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "connection closed without an answer"
    if isinstance(error, aiohttp.ClientResponseError):
        return "answered something that is not HTTP"
    if isinstance(error, (aiohttp.ClientOSError, OSError)):
        return _os_words(error, "connection lost")
    return f"the call failed ({type(error).__name__})"


def _os_words(error: BaseException, otherwise: str) -> str:
    number = getattr(error, "errno", None)
    if not isinstance(number, int):
        return otherwise
    return _WORDS.get(number) or (os.strerror(number).lower() if number > 0 else otherwise)


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    inner = error.certificate_error
    return inner.verify_message if isinstance(inner, ssl.SSLCertVerificationError) else "not valid"
