"""Tell a case's history again under a supposition, in memory: an entry left out, other rules.

Every act is found again from its entries (recalling.py) and decided by the same rules on the case
as it stands then. An act that gives other entries than those recorded even where nothing is
supposed cannot be judged from what is read; it is taken as recorded whatever is supposed. All of
it follows from the entries handed in, so it tells nobody more than those.
"""

from ledger.profile import Profile, ProfileRef
from ledger.profile_keys import with_value
from ledger.recalling import Recalled
from ledger.rulebook import Rulebook
from ledger.supposition import OtherRules, Otherwise, Past, Supposed
from ledger.telling import Telling


class History:
    """A case's history that can be told again, each of its acts found once."""

    def __init__(self, past: Past, rulebook: Rulebook, ref: ProfileRef, profile: Profile) -> None:
        """Find the command behind every act, by telling the history as it was.

        Args:
            past: What is read of the case.
            rulebook: The institution's profiles.
            ref: The profile pinned to the case.
            profile: The same, as it was adopted.
        """
        self.past = past
        self._rulebook = rulebook
        self._ref = ref
        self.profile = profile
        self._known: dict[tuple[str, ...], Recalled | None] = {}
        self._given: frozenset[str] | None = None
        telling = self._telling(Otherwise(profile=profile))
        for deed in past.deeds:
            self._known[deed.refs] = telling.find(deed)
        self._given = frozenset(telling.unknown)
        self.told = telling.done()

    def suppose(self, otherwise: Otherwise) -> Supposed:
        """Tell the history under a supposition."""
        telling = self._telling(otherwise)
        for deed in self.past.deeds:
            telling.tell(deed, self._known[deed.refs])
        return telling.done()

    def varied(self, profile: Profile) -> Profile:
        """Return a profile with what the case's parties varied, as it stands at the end."""
        for key, value in self.told.case.engagement.variations:
            profile = with_value(profile, key, value)
        return profile

    def _telling(self, otherwise: Otherwise) -> Telling:
        rules = OtherRules(
            self._rulebook.by_hash,
            self._rulebook.latest,
            self._rulebook.default,
            demo=True,
            operators=self._rulebook.operators,
            supposed=otherwise,
            ref=self._ref,
        )
        return Telling(self.past, rules, otherwise, self._given)
