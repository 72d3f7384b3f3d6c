"""Messages to people: the week's digest, changed statuses, reminders; each sent once."""
