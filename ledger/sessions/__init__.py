"""Sessions (rows E): meetings, attendance, turns, caucuses, and what may leave them."""
