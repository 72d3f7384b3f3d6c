"""What a run tells people once it has published."""

from collections.abc import Iterator

from flows.notify.due import States, due_messages
from flows.notify.outbox import Message, send_once
from flows.project.project import Project
from flows.project.writing import write_warehouse
from flows.report.digest import read_digest
from okr_config.errors import LockHeldError, UsageError
from warehouse.reader import read_warehouse


def notify(project: Project) -> Iterator[str]:
    """
    Send what is due to those who are to be told; yield a line for each message and what became of it.

    That somebody cannot be reached is told and never stops a run: what failed is tried again by the next one.
    """
    try:
        with read_warehouse(project.published, world=project.world) as copy:
            is_due = any(_due(project, copy.notifications.states))
        if not is_due:
            return
        with write_warehouse(project) as warehouse:
            # once more, now that nobody else can send
            for message in list(_due(project, warehouse.notifications.states)):
                outcome = send_once(warehouse, message, project.world)
                if outcome:
                    failed = f"{outcome.error}   next: the next run tries again"
                    yield f"{message.kind} to {message.recipient.name}: {failed if outcome.error else 'sent'}"
            warehouse.publish(project.published)
    except LockHeldError:
        yield "messages are left to the run that is going on"
    except UsageError as error:
        yield str(error)


def _due(project: Project, states: States) -> Iterator[Message]:
    for settings in project.settings.notify:
        yield from due_messages(read_digest(project, language=settings.language), settings, states)
