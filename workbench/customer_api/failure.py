"""Answers as errors for people: what happened, at which address, what to do next."""

from __future__ import annotations

from workbench.customer_api.answers import Answer
from workbench.customer_api.origin import Origin
from workbench.customer_api.words import describe, is_html, status_name
from workbench.errors import ApiError


def api_error(answer: Answer, origin: Origin) -> ApiError:
    """The error for an answer that ends the work."""
    return ApiError(describe_failure(answer, origin))


def describe_failure(answer: Answer, origin: Origin) -> str:
    """One line: what became of a call that ends the work, and what to do."""
    said = describe(answer)
    status = answer.status
    if answer.trouble and not answer.sent:
        return f"the API at {origin} does not answer ({said}); check --api and the network"
    if answer.trouble:
        return f"the API at {origin} gave no answer that can be read ({said}); try again, or check --api"
    if status in (401, 403):
        return f"the API at {origin} refused the key ({said}): set WORKBENCH_API_KEY"
    if 300 <= status <= 399:
        return f"the API at {origin} answered with a redirect, which is not followed ({said}); check --api"
    if is_html(answer):
        return f"the API at {origin} answered HTML, not JSON ({said}); {_advice(status)}"
    if answer.is_success:
        return f"{origin} answered something that is not the customer API's ({status_name(status)}); check --api"
    return f"the API at {origin} refused the call ({said}); {_advice(status)}"


def _advice(status: int) -> str:
    return "try again later" if status == 429 or status >= 500 else "check --api"
