"""What an event brought: what came less what was foreseen the day before, and how large it must be to show."""
