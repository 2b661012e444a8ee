"""Closure and follow-up: closing session, ends of a case, duties performed, amended, discharged."""
