import re

RULES = {"subject-length": re.compile(r"^.{1,72}$"), "no-period": re.compile(r"[^.]$"), "imperative": re.compile(r"^(?!\w+(ed|ing)\b)")}


def check(message):
    subject = message.splitlines()[0] if message else ""
    return [name for name, rule in RULES.items() if not rule.search(subject)]
