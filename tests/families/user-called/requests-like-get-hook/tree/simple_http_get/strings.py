"""Small helpers for text."""

import re
import unicodedata

_WORD = re.compile(r"[A-Za-z0-9]+")


def slugify(value, allow_unicode=False):
    """Turn a title into something fit for an address."""
    value = str(value)
    if not allow_unicode:
        value = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode("ascii")
    value = re.sub(r"[^\w\s-]", "", value.lower())
    return re.sub(r"[-\s]+", "-", value).strip("-_")


def camel(value):
    head, *tail = _WORD.findall(value)
    return head.lower() + "".join(part.title() for part in tail)


def snake(value):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", value).lower()


def shorten(value, width=40, placeholder="..."):
    if len(value) <= width:
        return value
    return value[: max(0, width - len(placeholder))] + placeholder


def split_csv(value, sep=","):
    return [part.strip() for part in value.split(sep) if part.strip()]


def levenshtein(a, b):
    previous = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        current = [i]
        for j, cb in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (ca != cb)))
        previous = current
    return previous[-1]
