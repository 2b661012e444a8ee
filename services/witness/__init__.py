"""Serve a witness: cosign the logs of other institutions over HTTP."""

from services.witness.serving import serve

__all__ = ["serve"]
