"""The rules over what an index and an earlier release say of a distribution. None of them reads code."""

from __future__ import annotations

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage

YOUNG_PROJECT = Rule(
    id="STK-E160",
    name="young-project",
    stage=Stage.EVALUATION,
    title="The project was first released a short time ago",
    severity=Severity.LOW,
    why="Most malicious projects are found and removed within days; nobody has looked at this one for long.",
    mend="Wait, or read what it does before you depend on it.",
    references=("S2C2F ING-2",),
)
ODD_VERSION = Rule(
    id="STK-E161",
    name="odd-version",
    stage=Stage.EVALUATION,
    title="Its version is far above what came before it",
    severity=Severity.LOW,
    why="A very high version wins over an internal project of the same name: dependency confusion needs one.",
    mend="Check that the project is the one you mean, and whether an internal one has its name.",
    references=("MITRE ATT&CK T1195.001",),
)
BARE_DESCRIPTION = Rule(
    id="STK-E162",
    name="bare-description",
    stage=Stage.EVALUATION,
    title="It does not say what it is for",
    severity=Severity.INFO,
    why="Placeholders and hurried squats come without a description; so do some honest small projects.",
    mend="Find out what it is before you depend on it.",
)
BORROWED_IDENTITY = Rule(
    id="STK-E163",
    name="borrowed-identity",
    stage=Stage.EVALUATION,
    title="It shows another project's repository or title as its own",
    severity=Severity.LOW,
    why="A clone of a well-known project borrows its name to be trusted; forks and plugins do it honestly.",
    mend="Compare it with the project whose identity it shows, and take that one if it is what you mean.",
    references=("MITRE ATT&CK T1036",),
)
CONFUSABLE_PROJECT = Rule(
    id="STK-E164",
    name="confusable-project",
    stage=Stage.EVALUATION,
    title="Its name may be taken for another project's",
    severity=Severity.MEDIUM,
    why="Typosquats live on one mistyped character.",
    mend="Make sure that it is the project you mean, and list it under [names] allow if it is.",
    references=("MITRE ATT&CK T1195.001",),
)
DOUBTFUL_DEPENDENCY = Rule(
    id="STK-E165",
    name="doubtful-dependency",
    stage=Stage.EVALUATION,
    title="It brings in a project with a confusable name, or one made a short time ago",
    severity=Severity.MEDIUM,
    why="An innocent-looking project may do nothing but install the malicious one.",
    mend="Vet that dependency too, before you install either.",
)
NEW_EARLY_CODE = Rule(
    id="STK-E166",
    name="new-early-code",
    stage=Stage.EVALUATION,
    title="This release runs code at installation or start that the one before did not",
    severity=Severity.LOW,
    why="A taken-over project is used through code that runs by itself, added in a release that looks small.",
    mend="Read the new code, and ask the maintainers whether the release is theirs.",
    references=("MITRE ATT&CK T1195.002",),
)
NEW_NATIVE_CODE = Rule(
    id="STK-E167",
    name="new-native-code",
    stage=Stage.EVALUATION,
    title="This release brings compiled code that the one before did not have",
    severity=Severity.LOW,
    why="Compiled code hides what it does, and small releases seldom begin to have any.",
    mend="Build it from the sources yourself, or ask the maintainers.",
)
NEW_BEHAVIOUR = Rule(
    id="STK-E168",
    name="new-behaviour",
    stage=Stage.EVALUATION,
    title="This release reaches further than the one before",
    severity=Severity.LOW,
    why="New hosts, new variables and new use of the network are what a taken-over project shows.",
    mend="Read what is new, and ask the maintainers whether the release is theirs.",
    references=("MITRE ATT&CK T1195.002",),
)
NEW_AUTHOR = Rule(
    id="STK-E169",
    name="new-author",
    stage=Stage.EVALUATION,
    title="This release names another author than the one before",
    severity=Severity.INFO,
    why="A project that changed hands deserves a look: some are bought or taken over for their users.",
    mend="Find out who maintains it now.",
)

INDEX_RULES = (
    YOUNG_PROJECT,
    ODD_VERSION,
    BARE_DESCRIPTION,
    BORROWED_IDENTITY,
    CONFUSABLE_PROJECT,
    DOUBTFUL_DEPENDENCY,
)
CHANGE_RULES = (NEW_EARLY_CODE, NEW_NATIVE_CODE, NEW_BEHAVIOUR, NEW_AUTHOR)
HISTORY_RULES: tuple[Rule, ...] = (*INDEX_RULES, *CHANGE_RULES)
"""By id."""
