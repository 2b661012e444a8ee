"""Engagement (rows C): agreement to mediate, confidentiality terms, undertakings, rights."""
