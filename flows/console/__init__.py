"""What a person sees in a terminal: the scoreboard, tables, lines of progress."""
