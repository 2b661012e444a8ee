"""Commands, receipts and views by request over NATS: the same desk, the same answers.

asking      what a caller may ask, and what it is answered
lanes       how much is done at once
service     the service `goodoffices` on a connection to the broker
"""
