"""Send feeds to addresses: each event signed, in order, until its receiver has taken it.

webhooks   follows the grants: one carrier a feed, begun and ended as the record says
carrier    brings one feed on, event by event, and tries again
signing    the headers of one attempt, signed
sharing    the secret a receiver shares with us, drawn, rotated, thrown away
verdicts   what an answer means, and when it is tried again
posting    one attempt over HTTP, within bounds
reaching   which addresses are connected to
notes      how far each feed is, what was tried, what is stopped
"""

from services.webhooks.carrier import Tools
from services.webhooks.notes import Hook, Notes
from services.webhooks.verdicts import Policy
from services.webhooks.webhooks import Webhooks

__all__ = ["Hook", "Notes", "Policy", "Tools", "Webhooks"]
