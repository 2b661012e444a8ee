"""Take records in from outside: CaSiNo dialogues, FMCS cases, lines of commands."""
