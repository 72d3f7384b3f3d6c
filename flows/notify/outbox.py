"""Messages on their way: each is noted before it is sent and after, so that none goes out twice."""

from dataclasses import dataclass
from hashlib import sha256

from flows.notify.delivery import Outcome, deliver
from flows.notify.recipients import Recipient
from okr_config.world import World
from scorecard.digest.digest import Digest
from scorecard.digest.render import as_text
from warehouse import Warehouse


@dataclass(frozen=True)
class Message:
    """
    Something to tell somebody.

    kind: digest, status or reminder. subjects: what it is about; of each there is one message to a recipient.
    """

    kind: str
    recipient: Recipient
    subjects: tuple[str, ...]
    digest: Digest


def send_once(warehouse: Warehouse, message: Message, world: World) -> Outcome | None:
    """
    Send a message, unless something was sent about all of its subjects; return what became of it, None where it was.

    What failed may be sent again; what was cut off on its way may have arrived, and is not.
    """
    register, kind, name = warehouse.notifications, message.kind, message.recipient.name
    states = register.states(kind, name)
    subjects = tuple(subject for subject in message.subjects if states.get(subject, "failed") == "failed")
    if not subjects:
        return None
    content_hash = sha256(as_text(message.digest).encode()).hexdigest()[:16]
    register.keep(kind, name, subjects, "sending", content_hash=content_hash)
    outcome = deliver(message.recipient, message.digest, world)
    if outcome.state != "sending" or outcome.error:
        register.keep(
            kind,
            name,
            subjects,
            outcome.state,
            content_hash=content_hash,
            attempts=outcome.attempts,
            error=outcome.error,
        )
    return outcome
