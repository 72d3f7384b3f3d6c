"""What was sent to whom (warehouse.notifications)."""

from warehouse import Warehouse


def test_the_newest_state_of_each_subject_counts(warehouse: Warehouse) -> None:
    """By kind and recipient; who was told of nothing has no state."""
    register = warehouse.notifications
    register.keep("digest", "slack-1", ("week 1", "week 2"), "sending", content_hash="a")
    register.keep("digest", "slack-1", ("week 1",), "sent", content_hash="a", attempts=1)
    register.keep("digest", "slack-1", ("week 2",), "failed", content_hash="b", attempts=4, error="it answers 500")

    assert {"week 1": "sent", "week 2": "failed"} == register.states("digest", "slack-1")
    assert {} == register.states("status", "slack-1")
    assert {} == register.states("digest", "slack-2")


def test_no_message_is_unsent_by_a_clock(warehouse: Warehouse) -> None:
    """Whatever a repair takes back, what people were told they were told."""
    warehouse.notifications.keep("digest", "slack-1", ("week 1",), "sent", content_hash="a")
    warehouse.repairs.take_back(warehouse.now().replace(year=2000))

    assert {"week 1": "sent"} == warehouse.notifications.states("digest", "slack-1")


def test_a_decision_is_kept_with_who_made_it(warehouse: Warehouse) -> None:
    """It is people's word, and counts with check-ins and notes."""
    at = warehouse.words.add_decision("sales", author="Kari", text="we stop")

    assert [("sales", at, "Kari", "we stop")] == warehouse.decisions().rows()
