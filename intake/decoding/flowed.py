"""Text in format=flowed (RFC 3676): paragraphs that were wrapped on the way are whole again."""

from __future__ import annotations


def unfold_flowed(text: str, *, delsp: bool) -> str:
    """RFC 3676, 4: a line that ends in a space goes on in the next one of the same quote depth."""
    out: list[tuple[int, list[str]]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        body = body.removeprefix(" ")  # Space-stuffing, 4.4.
        flows = body.endswith(" ") and body != "-- "
        if flows and delsp:
            body = body[:-1]
        if open_depth == depth and out and body != "-- ":
            out[-1][1].append(body)
        else:
            out.append((depth, [body]))
        open_depth = depth if flows else None
    return "\n".join((">" * depth + " " if depth else "") + "".join(bodies) for depth, bodies in out)
