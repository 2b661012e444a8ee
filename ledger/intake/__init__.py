"""Intake and consent: events, commands, rules, state, due (rows A3 to A24)."""
