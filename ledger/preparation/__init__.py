"""Preparation (rows D): statements, interests, documents, venue, sessions fixed, protocol."""
