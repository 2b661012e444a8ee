"""Go through a case on the whole terminal: timeline, event and state side by side, read-only."""

from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Footer, Input, OptionList, Static

from ledger.errors import DecodeError
from services.cli.drawing_steps import remarks
from services.reading import summary, words
from services.reading.stepping import Stage, Step, pause_s
from services.reading.timeline import said

SPEED: Final = 86_400.0
"""A day a second."""
FASTER: Final = 4.0
PAUSE_MIN_S: Final = 0.05
GO_TO: Final = "go to"
UNTIL: Final = "until"
ASKED: Final = {
    GO_TO: "go to an entry (joint:12) or an instant (2026-03-05T00:00:00+01:00)",
    UNTIL: "play until the next event of a type, such as proposal-accepted",
}


class Player(App[None]):
    """Plays the steps of one case, as one viewer saw them."""

    CSS = """
    #timeline { width: 2fr; border: round $primary; }
    #right { width: 3fr; }
    .pane { height: 1fr; border: round $primary; padding: 0 1; }
    #line { height: 1; padding: 0 1; }
    #asked { display: none; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        ("right,n", "step(1)", "step"),
        ("left,b", "step(-1)", "back"),
        ("g", f"ask('{GO_TO}')", "go to"),
        ("u", f"ask('{UNTIL}')", "until"),
        ("space,p", "play", "play/pause"),
        ("plus", "speed(1)", "faster"),
        ("minus", "speed(-1)", "slower"),
        ("escape", "leave", "leave the question"),
        ("q", "quit", "quit"),
    ]

    def __init__(self, stage: Stage, speed: float | None = None) -> None:
        """Take a case.

        Args:
            stage: It, with its steps.
            speed: How many times as fast as it happened; a day a second by default.
        """
        super().__init__()
        played = stage.played
        self.title = played.number or played.external_ref or played.case_id
        self._stage = stage
        self._steps = played.steps
        self._zone = ZoneInfo(played.zone)
        self._speed = SPEED if speed is None else speed
        self._timer: Timer | None = None
        self._until: int | None = None
        self._asked = GO_TO

    def compose(self) -> ComposeResult:
        """Lay the panes out."""
        with Horizontal():
            yield OptionList(*map(self._option, self._steps), id="timeline", markup=False)
            with Vertical(id="right"):
                with VerticalScroll(classes="pane"):
                    yield Static(id="event", markup=False)
                with VerticalScroll(classes="pane"):
                    yield Static(id="state", markup=False)
        yield Input(id="asked")
        yield Static(id="line", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Begin at the first step."""
        self.query_one("#timeline", OptionList).focus()
        if self._steps:
            self._go(0)

    def on_option_list_option_highlighted(self, chosen: OptionList.OptionHighlighted) -> None:
        """Show the step that is chosen in the timeline."""
        self._show(chosen.option_index)

    def on_input_submitted(self, given: Input.Submitted) -> None:
        """Go where was asked for; what cannot be is said, and the question stays."""
        try:
            if self._asked == GO_TO:
                self._go(self._stage.place_of(given.value.strip()))
            else:
                self._until = self._stage.next_of(self.place, given.value.strip())
                self._begin()
        except DecodeError as error:
            self._say(f"{error.why}; {error.needs}")
            return
        self.action_leave()

    @property
    def place(self) -> int:
        """Return which step is shown, from 0."""
        return self.query_one("#timeline", OptionList).highlighted or 0

    @property
    def speed(self) -> float:
        """Return how many times as fast as it happened the case is played."""
        return self._speed

    @property
    def playing(self) -> bool:
        """Tell whether the steps go on by themselves."""
        return self._timer is not None

    def action_step(self, by: int) -> None:
        """Go some steps on, or back."""
        if self._steps:
            self._go(min(max(self.place + by, 0), len(self._steps) - 1))

    def action_play(self) -> None:
        """Let the steps go on by themselves, or stop."""
        if self.playing:
            self._stop()
        else:
            self._begin()

    def action_speed(self, by: int) -> None:
        """Play faster, or slower."""
        self._speed *= FASTER**by
        self._say_where()

    def action_ask(self, what: str) -> None:
        """Ask where to go."""
        self._asked = what
        asked = self.query_one("#asked", Input)
        asked.placeholder, asked.value, asked.display = ASKED[what], "", True
        asked.focus()

    def action_leave(self) -> None:
        """Put the question away."""
        self.query_one("#asked", Input).display = False
        self.query_one("#timeline", OptionList).focus()

    def _option(self, step: Step) -> str:
        return f"{step.step:>4} {words.in_zone(step.recorded, self._zone)[:16]}  {step.says}"

    def _go(self, place: int) -> None:
        self.query_one("#timeline", OptionList).highlighted = place

    def _show(self, place: int) -> None:
        step = self._steps[place]
        self.query_one("#event", Static).update("\n".join(_event(step, self._zone)))
        shown = self._stage.state(place)
        told = "\n".join(f"{label}: {text}" for label, text in summary.summary(shown))
        self.query_one("#state", Static).update(f"{told}\n\n= {step.digest}")
        self._say_where()

    def _say_where(self) -> None:
        played, doing = self._stage.played, "playing" if self.playing else "paused"
        where = f"{self.place + 1} of {len(self._steps)}" if self._steps else "nothing to show"
        self._say(f"{self.title} as {played.viewer} saw it; {where}; {doing}, {self._speed:g}x")

    def _say(self, text: str) -> None:
        self.query_one("#line", Static).update(text)

    def _begin(self) -> None:
        """Set the clock to the next step, or stop where there is none."""
        place = self.place
        if place + 1 >= len(self._steps) or place == self._until:
            self._stop()
            return
        pause = pause_s(self._steps[place], self._steps[place + 1], self._speed)
        self._timer = self.set_timer(max(pause, PAUSE_MIN_S), self._on)
        self._say_where()

    def _on(self) -> None:
        self.action_step(1)
        self._begin()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._until = None
        self._say_where()


def _event(step: Step, zone: ZoneInfo) -> list[str]:
    """Say what an entry is, what it says, and what it changed."""
    return [
        f"{step.entry}  {words.in_zone(step.recorded, zone)}  {step.type}",
        words.isolated(words.who(step.actor, step.acting_for)),
        step.says,
        *(f"! {remark}" for remark in remarks(step)),
        "",
        *(f"{label}: {text}" for label, text in said(step)),
        "",
        *(f"~ {change.says}" for change in step.changes),
    ]
