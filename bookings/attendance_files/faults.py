"""What is wrong with an attendance report, in sentences for whoever uploads it."""

from collections.abc import Sequence


class UnreadableReport(ValueError):
    """A report that cannot be used; ``sentences`` say why, those about a line with its number."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences: Sequence[str] = sentences
