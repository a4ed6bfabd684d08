"""What a token says about itself: in which session it was made, and nothing else."""


def base36(n: int) -> str:
    """The serial as the front of a token."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while n:
        n, rest = divmod(n, 36)
        text = digits[rest] + text
    return text or "0"


def session_of(token: str) -> int | None:
    """The serial of the session in which a token was made; None when it is no token."""
    head, dash, tail = token.partition("-")
    if not (dash and tail and head.isalnum() and head.isascii() and len(head) <= 8):  # noqa: PLR2004
        return None
    return int(head, 36)
