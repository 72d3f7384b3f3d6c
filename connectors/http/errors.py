"""What can go wrong with one request, before it is known which source asked and how often."""


class RequestError(Exception):
    """
    A request that brought no usable answer.

    reason: the stable word of `SourceError`. what: follows the host's name in a sentence and holds no value of an
    answer. again: another try may help. after: seconds the server asks to wait before it. unsent: the request never
    left, so that another try repeats nothing. next_step: what to do, where the reason alone does not tell.
    """

    def __init__(  # noqa: PLR0913 - an error's fields, all by name but two
        self,
        reason: str,
        what: str,
        *,
        again: bool = False,
        after: float | None = None,
        unsent: bool = False,
        next_step: str = "",
    ) -> None:
        super().__init__(what)
        self.reason = reason
        self.what = what
        self.again = again
        self.after = after
        self.unsent = unsent
        self.next_step = next_step
