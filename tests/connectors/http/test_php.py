"""Messages of PHP around JSON."""

import pytest

from connectors.http.errors import RequestError
from connectors.http.php import NOTE, without_messages
from connectors.http.response import parse_json
from tests.connectors.loopback import Loopback, Reply

NOTICE = b"<br />\n<b>Notice</b>:  Undefined index: a in <b>/srv/x.php</b> on line <b>7</b><br />\n"
DEPRECATED = b"\nDeprecated: Return type of X::y() should be mixed in /srv/x.php on line 9\n"


@pytest.mark.parametrize(
    ("body", "json"),
    [
        (NOTICE + b'{"a": 1}', b'{"a": 1}'),
        (NOTICE + DEPRECATED + b"[1]", b"[1]"),
        (b"[1]" + DEPRECATED, b"[1]"),
        (b"PHP Warning:  x in y.php on line 3\n[1]" + NOTICE, b"[1]"),
        (b'\xef\xbb\xbf<br>\n<b>Warning</b>: x in y on line 3\n{"a": 1}', b'{"a": 1}'),
        (b'{"a": "Notice: x in y on line 3"}', None),
        (b'{"a": 1}', None),
        (b"<html>Notice: none</html>", None),
    ],
)
def test_messages_are_taken_off(body: bytes, json: bytes | None) -> None:
    """Those before and after the JSON; a text inside it that reads like one stays."""
    assert json == without_messages(body)


def test_an_answer_between_messages_is_read_with_a_note(loopback: Loopback) -> None:
    """The numbers are whole; the owner is told what to switch off."""
    loopback.script = lambda _: Reply(NOTICE + b'{"a": 1}' + DEPRECATED)

    with loopback.client("bluesky", {"account": "a.b"}) as client:
        client.get("/x")
        assert {"a": 1} == client.get("/x").json()
        assert [NOTE] == client.notes


@pytest.mark.parametrize("body", [NOTICE, b'[{"a": ' + NOTICE + b"1}]", NOTICE + b'[{"a": 1'])
def test_an_answer_that_messages_spoil_says_so(body: bytes) -> None:
    """The reason is PHP, not the network; what to do is said."""
    with pytest.raises(RequestError, match="sent messages of PHP where JSON was promised") as caught:
        parse_json(body, "application/json")

    assert "not_json" == caught.value.reason
    assert "display_errors" in caught.value.next_step
