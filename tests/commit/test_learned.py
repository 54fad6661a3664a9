"""What a run learns of a server that stores something else: accepted once, known from then on."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.customers.paths import parse_path
from workbench.customers.rules import Rules


def rules(here: Any) -> Rules:
    return Rules.read(here.workbench._bench.store.facts())


def accepted(here: Any) -> Any:
    """A run that stopped at its canary, resumed with the steward's consent to its end."""
    stopped = here.commit()
    assert (stopped.exit_code, stopped.altered) == (4, 1)
    report = here.workbench.resume(accept_altered=True)
    assert report.altered + report.already == report.planned
    return report


def somewhere(here: Any, n: int = 0) -> str:
    return f"id:={here.workbench.snapshot.base.customers['id'][n]}"


def test_an_unaccepted_canary_names_both_values_and_what_to_do_and_teaches_nothing(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    for _ in range(2):
        report = here.commit() if not here.workbench.status().unfinished else here.workbench.resume()
        assert report.exit_code == 4
        for words in ('" TERM7 "', '"TERM7"', "resume --accept-altered", "resume --abandon"):
            assert words in report.reason
        assert rules(here) == Rules()
    here.workbench.resume(abandon=True)
    assert rules(here) == Rules()


@pytest.mark.parametrize("drained", [False, True])
def test_a_resume_after_an_altered_canary_sends_nothing_until_it_is_told_how_to_go_on(desk: Any, drained: bool) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    if drained:  # the steward's own stop came first, so that the run's reason says nothing of the canary
        assert here.commit(on_engine=here.draining()).state == "interrupted"
    stopped = here.workbench.resume() if drained else here.commit()
    sent, calls = len(here.patched()), len(here.log.calls())
    again = here.workbench.resume()
    assert (sent, len(here.log.calls())) == (1, calls)
    assert (again.state, again.exit_code, again.reason) == ("stopped", 4, stopped.reason)
    assert (again.altered, again.unsent) == (1, again.planned - 1)
    assert "resume --accept-altered" in again.reason


def test_what_was_accepted_once_stays_accepted_when_that_resume_is_stopped(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    here.commit()
    stopped = here.workbench.resume(accept_altered=True, on_engine=here.draining())
    assert (stopped.state, stopped.unsent > 0) == ("interrupted", True)
    assert here.workbench.resume().altered == stopped.planned


def test_an_accepted_habit_does_not_stop_the_next_run_and_is_still_told(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    accepted(here)
    here.set("payment_term", " TERM8 ")
    report = here.commit()
    assert (report.altered, report.unsent, report.exit_code) == (report.planned, 0, 3)
    assert '" TERM8 "' in report.troubles[0]
    assert '"TERM8"' in report.troubles[0]
    assert set(here.values("payment_term").values()) == {"TERM8"}


def test_what_the_server_would_make_anyway_is_not_asked_for(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    accepted(here)
    here.set("payment_term", "TERM7 ")
    report = here.commit()
    assert (report.already, report.conflict, report.exit_code) == (report.planned, 0, 0)
    assert report.ruled == report.planned
    assert here.log.calls("PATCH") == []
    assert "what this server makes of" in here.outcomes(2)[here.world.ids()[0]].reason
    assert here.workbench.status().staged == 0
    assert set(here.values("payment_term").values()) == {"TERM7"}


def test_somebody_elses_value_that_the_server_would_make_of_ours_is_no_conflict(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    accepted(here)
    here.set("payment_term", " TERM8 ")
    theirs, other = here.world.ids()[:2]
    here.world.edit(theirs, payment_term="TERM8")
    here.world.edit(other, payment_term="OTHER")
    report = here.commit()
    assert (report.already, report.conflict, report.altered) == (1, 1, report.planned - 2)
    assert here.values("payment_term")[other] == "OTHER"


def test_another_spelling_of_a_country_is_known_word_for_word(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("country", "US", table="addresses")
    stopped = here.commit()
    assert stopped.exit_code == 4
    assert '"USA"' in stopped.reason
    here.workbench.resume(accept_altered=True)
    assert rules(here).made(parse_path("addresses[any].country"), "US", "x") == "USA"
    here.set("country", "US", table="addresses")
    again = here.commit()
    assert (again.already, again.exit_code) == (again.planned, 0)
    here.set("country", "CA", table="addresses")
    assert here.commit().exit_code == 0
    here.set("country", "US", table="addresses")
    assert (here.commit().exit_code, here.workbench.status().unfinished) == (3, None)


@pytest.mark.parametrize("field", ["payment_term", "assigned_price_list_id", "assigned_sales_rep_ids"])
def test_a_clear_that_is_ignored_is_not_asked_for_again_as_long_as_it_is_written_so(desk: Any, field: str) -> None:
    here = desk(null="ignore")
    here.workbench.set_settings({"clear": "null"})
    here.set(field, "", where=f"has:{field}")
    first = accepted(here)
    assert (first.altered, first.already, first.ruled) == (1, first.planned - 1, first.planned - 1)
    here.set(field, "", where=f"has:{field}")
    again = here.commit()
    assert (again.already, again.exit_code) == (again.planned, 0)
    assert here.log.calls("PATCH") == []
    here.workbench.set_settings({"clear": "empty"})
    here.set(field, "", where=f"has:{field}")
    cleared = here.commit()
    assert (cleared.committed, cleared.exit_code) == (cleared.planned, 0)


@pytest.mark.parametrize("table", ["customers", "addresses"])
def test_an_answer_that_was_lost_is_recognised_by_what_the_server_makes_of_it(desk: Any, table: str) -> None:
    here = desk(normalise=True)
    here.set("first_name", " Ann ", table=table)
    accepted(here)
    here.set("first_name", " Eve ", table=table)
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    report = here.commit(concurrency=2)
    assert (report.altered, report.conflict, report.unknown) == (report.planned, 0, 0)
    assert "read back" in report.troubles[0]
    assert len(here.applied()) == report.planned


def test_without_a_rule_such_an_answer_is_a_conflict_and_says_what_may_have_been(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ", where=somewhere(here))
    here.sandbox.set_faults({"reset_after": 1, "methods": ["PATCH"]})
    report = here.commit()
    assert report.conflict == 1
    assert "or the server did, after a call whose answer was lost" in report.troubles[0]


def test_what_a_single_request_came_to_can_be_accepted_after_the_run(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ", where=somewhere(here))
    assert here.commit().state == "done"
    assert rules(here) == Rules()
    told = here.workbench.resume(accept_altered=True)
    assert told.run is None
    assert "run 1" in told.reason
    assert here.workbench.resume(accept_altered=True).reason == ""
    here.set("payment_term", " TERM8 ")
    report = here.commit()
    assert (report.unsent, report.exit_code) == (0, 3)


def test_what_merely_happened_on_the_way_is_remembered_word_for_word(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("freight_term", " x ", where=somewhere(here))
    assert here.commit().altered == 1
    here.workbench.resume(accept_altered=True)  # spaces are known of freight_term, so that its request proves them
    here.set("freight_term", " y ", where=somewhere(here))
    here.set("payment_term", " TERM7 ", where=somewhere(here, 1))
    report = here.commit(concurrency=1)
    assert (report.altered, report.exit_code) == (2, 3)
    assert rules(here).made(parse_path("payment_term"), " TERM7 ", "x") == "TERM7"
    assert rules(here).made(parse_path("payment_term"), " TERM8 ", "x") == " TERM8 "


def test_a_habit_that_the_server_gave_up_is_forgotten(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    accepted(here)
    object.__setattr__(here.world.habits, "normalise", False)
    here.set("payment_term", " TERM8 ")
    report = here.commit()
    assert (report.committed, report.exit_code) == (report.planned, 0)
    assert rules(here) == Rules()


def test_what_a_server_did_to_the_items_of_an_array_is_no_rule(desk: Any) -> None:
    here = desk(nested="insert")
    here.set("city", "Springfield", table="addresses")
    assert here.commit().exit_code == 4
    here.workbench.resume(accept_altered=True)
    here.workbench.resume(abandon=True)
    assert rules(here) == Rules()


def test_rules_are_the_sessions_own(desk: Any) -> None:
    from workbench.workbench import Workbench

    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    accepted(here)
    known, path = rules(here), here.workbench.path
    here.workbench.close()
    with Workbench.open(path, key="any") as again:
        assert Rules.read(again._bench.facts) == known
        assert known


def test_outcomes_tell_what_the_server_holds_where_a_rule_says_that_it_is_ours(desk: Any) -> None:
    here = desk(normalise=True)
    here.set("payment_term", " TERM7 ")
    accepted(here)
    here.set("payment_term", " TERM7 ")
    assert here.commit().already == 12
    for cell in here.workbench.outcomes().outcomes:
        assert (cell["asked"], cell["stored"], cell["outcome"]) == (" TERM7 ", "TERM7", "already")
