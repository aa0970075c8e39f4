"""The checks of Reconnaissance: names, indexes, exposure."""

from __future__ import annotations

import pytest
from tests.checks import locks
from tests.checks.locks import pyproject
from tests.checks.trees import Everything, Tree, World, findings, places, tree, unknowns

from stockade.model.findings import Confidence, Severity
from stockade.model.policy import NamesPolicy, Policy, Protect
from stockade.model.verdicts import Cause, Indeterminate
from stockade.testing.fakes import FakeRegister

__all__ = ["tree"]

MISSING = Indeterminate(cause=Cause.FEED_MISSING, subject="registered-names", detail="not imported")
ACME = Policy(protect=Protect(names=("acme-corp-utils",), patterns=("acme-*",)))
PRIVATE = "https://pypi.acme.example/simple"


def named(*lines: str) -> dict[str, str]:
    return {"requirements.txt": "".join(f"{line}\n" for line in lines)}


# -- STK-R001 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "target", "severity"),
    [
        ("reqeusts", "requests", Severity.CRITICAL),
        ("djangoo", "django", Severity.HIGH),
        ("acme-corp-util", "acme-corp-utils", Severity.CRITICAL),  # a pattern does not cover an imitation
        ("acme_corp.util", "acme-corp-utils", Severity.CRITICAL),
    ],
)
def test_a_squat_is_named_with_its_target(tree: Tree, name: str, target: str, severity: Severity) -> None:
    (found,) = findings("STK-R001", World(policy=ACME).facts(tree(named("flask", name))))
    assert dict(found.evidence)["target"] == target
    assert repr(target) in found.mend or "declare it" in found.mend
    sure = {Severity.CRITICAL: Confidence.HIGH, Severity.HIGH: Confidence.MEDIUM}
    assert (found.severity, found.confidence) == (severity, sure[severity])
    assert str(found.location) == "requirements.txt:2"


@pytest.mark.parametrize(
    "name", ["requests", "acme-corp-utils", "acme-billing", "tomli", "grequests", "opencv-python-headless"]
)
def test_what_is_yours_or_honest_is_left_alone(tree: Tree, name: str) -> None:
    assert findings("STK-R001", World(policy=ACME).facts(tree(named(name)))) == []


def test_a_popular_name_that_imitates_an_internal_one_is_told(tree: Tree) -> None:
    policy = Policy(protect=Protect(names=("request",)))
    (found,) = findings("STK-R001", World(policy=policy).facts(tree(named("requests"))))
    assert dict(found.evidence)["target"] == "request"
    assert dict(found.evidence)["target rank"] == "internal"


def test_an_allowed_name_is_left_alone_however_it_is_spelled(tree: Tree) -> None:
    policy = Policy(names=NamesPolicy(allow=("Reqe_usts", "reqeusts")))
    assert findings("STK-R001", World(policy=policy).facts(tree(named("ReqeUsts")))) == []


@pytest.mark.parametrize(
    ("registered", "said"),
    [
        (FakeRegister.of("reqeusts"), "yes"),
        (FakeRegister.of("flask"), "no: anyone can claim it"),
        (MISSING, "unknown"),
    ],
)
def test_whether_the_squat_is_registered_is_told(
    tree: Tree, registered: FakeRegister | Indeterminate, said: str
) -> None:
    (found,) = findings("STK-R001", World(registered=registered).facts(tree(named("reqeusts"))))
    assert dict(found.evidence)["registered"] == said


def test_a_squat_is_found_wherever_a_name_can_stand(tree: Tree) -> None:
    files = {
        **named("reqeusts", "reqeusts>=1"),
        "pyproject.toml": pyproject("flask", extra='[dependency-groups]\ntest = ["reqeusts"]\n'),
        "uv.lock": locks.uv({"flask": "3.0", "reqeusts": "1.0"}),
        "install.sh": "#!/bin/sh\npip install reqeusts\n",
        "constraints.txt": "reqeusts==1.0\n",
    }
    found = findings("STK-R001", World().facts(tree(files)))
    assert [one.location.path for one in found if one.location] == sorted(files)
    by_path = {one.location.path: dict(one.evidence) for one in found if one.location}
    assert by_path["uv.lock"]["brought in by"] == "a lockfile"
    assert by_path["requirements.txt"]["brought in by"] == "a manifest"


@pytest.mark.parametrize(
    "line", ["./reqeusts", "reqeusts @ https://files.example/reqeusts-1.0.tar.gz", "-e ./libs/reqeusts"]
)
def test_what_no_index_answers_for_is_no_squat(tree: Tree, line: str) -> None:
    assert findings("STK-R001", World().facts(tree(named(line)))) == []


# -- STK-R002 and STK-R011: import names, unregistered names -------------------------------------------


def test_an_import_name_is_told_once_by_its_own_rule(tree: Tree) -> None:
    facts = World(registered=FakeRegister.of("flask")).facts(tree(named("flask", "sklearn", "nobody-has-it")))
    (found,) = findings("STK-R002", facts)
    assert (found.subject, found.severity, found.confidence) == ("sklearn", Severity.HIGH, Confidence.HIGH)
    assert "'scikit-learn'" in found.mend
    assert places(findings("STK-R011", facts)) == ["requirements.txt:3 nobody-has-it"]
    assert findings("STK-R001", facts) == []


def test_an_import_name_that_is_yours_is_left_alone(tree: Tree) -> None:
    policy = Policy(protect=Protect(names=("yaml",)))
    facts = World(policy=policy, registered=FakeRegister.of("flask")).facts(tree(named("yaml")))
    assert findings("STK-R002", facts) == []


def test_an_import_name_that_somebody_owns_is_less_sure(tree: Tree) -> None:
    (found,) = findings("STK-R002", World().facts(tree(named("sklearn"))))
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)


def test_an_allowed_import_name_that_nobody_has_registered_is_still_free_to_claim(tree: Tree) -> None:
    policy = Policy(names=NamesPolicy(allow=("sklearn",)))
    facts = World(policy=policy, registered=FakeRegister.of("flask")).facts(tree(named("sklearn")))
    assert findings("STK-R002", facts) == []
    assert [found.subject for found in findings("STK-R011", facts)] == ["sklearn"]


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        (named("nobody-has-it"), Severity.MEDIUM),
        (named(f"--extra-index-url {PRIVATE}", "nobody-has-it"), Severity.HIGH),
        (named("nobody-has-it") | {"Dockerfile": f"FROM x\nENV PIP_EXTRA_INDEX_URL={PRIVATE}\n"}, Severity.HIGH),
        (named("nobody-has-it") | {"i.sh": f"pip install --extra-index-url {PRIVATE} flask==3\n"}, Severity.HIGH),
        (named("nobody-has-it") | {"i.sh": f"uv pip install --extra-index-url {PRIVATE} flask==3\n"}, Severity.MEDIUM),
        (named(f"--index-url {PRIVATE}", "nobody-has-it"), Severity.MEDIUM),
    ],
)  # fmt: skip
def test_an_unregistered_name_is_worse_beside_an_extra_index(
    tree: Tree, files: dict[str, str], severity: Severity
) -> None:
    facts = World(registered=FakeRegister.of("flask")).facts(tree(files))
    (found,) = findings("STK-R011", facts)
    assert (found.subject, found.severity) == ("nobody-has-it", severity)


def test_an_extra_index_of_another_project_does_not_make_it_worse(tree: Tree) -> None:
    files = {
        "a/requirements.txt": "nobody-has-it\n",
        "b/requirements.txt": f"--extra-index-url {PRIVATE}\nflask\n",
    }
    (found,) = findings("STK-R011", World(registered=FakeRegister.of("flask")).facts(tree(files)))
    assert found.severity is Severity.MEDIUM


def test_an_unregistered_name_is_told_in_every_file(tree: Tree) -> None:
    files = {
        "a/requirements.txt": "nobody-has-it\nnobody-has-it\n",
        "b/requirements.txt": "x\nnobody-has-it\n",
    }
    facts = World(registered=FakeRegister.of("x")).facts(tree(files))
    assert places(findings("STK-R011", facts)) == [
        "a/requirements.txt:1 nobody-has-it",
        "b/requirements.txt:2 nobody-has-it",
    ]


@pytest.mark.parametrize(
    "files",
    [
        named("acme-billing"),
        {"pyproject.toml": pyproject("nobody-has-it", extra='[[tool.uv.index]]\nname = "ours"\nurl = '
            f'"{PRIVATE}"\nexplicit = true\n[tool.uv.sources]\nnobody-has-it = {{ index = "ours" }}\n')},
        {"pyproject.toml": pyproject(extra='[project.optional-dependencies]\nall = ["shop[fast]"]\nfast = []\n')},
        named("./nobody-has-it"),
        {"environment.yml": "dependencies:\n  - nobody-has-it\n"},
    ],
)  # fmt: skip
def test_what_is_not_the_public_indexs_is_not_expected_there(tree: Tree, files: dict[str, str]) -> None:
    facts = World(policy=ACME, registered=FakeRegister.of("flask")).facts(tree(files))
    assert findings("STK-R011", facts) == []


@pytest.mark.parametrize("rule", ["STK-R011", "STK-R007", "STK-R008"])
def test_without_the_list_of_names_nothing_is_clean(tree: Tree, rule: str) -> None:
    facts = World(policy=ACME, registered=MISSING).facts(tree(named("flask")))
    assert findings(rule, facts) == []
    assert unknowns(rule, facts) == [MISSING]


# -- whose name it is ---------------------------------------------------------------------------------


def test_a_folder_that_calls_itself_a_public_name_hides_nothing_elsewhere(tree: Tree) -> None:
    """A fixture named ``requests`` must not switch off every check of ``requests`` in the tree."""
    files = {
        "requirements.txt": "reqeusts\nnobody-has-it\n",
        "tests/fixture/pyproject.toml": '[project]\nname = "reqeusts"\n',
        "tests/other/pyproject.toml": '[project]\nname = "nobody-has-it"\n',
    }
    facts = World(registered=FakeRegister.of("reqeusts")).facts(tree(files))
    assert [found.subject for found in findings("STK-R001", facts)] == ["reqeusts"]
    assert [found.subject for found in findings("STK-R011", facts)] == ["nobody-has-it"]


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": pyproject(extra='[dependency-groups]\nall = ["shop[fast]"]\n')},
        {"pyproject.toml": pyproject(), "docs/requirements.txt": "shop\n"},
        {"pyproject.toml": pyproject(), "install.sh": "pip install shop\n"},
        {"a/pyproject.toml": '[project]\nname = "shop"\n', "b/requirements.txt": "-e ../a\n./../a\n"},
    ],
)
def test_a_project_is_no_dependency_of_itself(tree: Tree, files: dict[str, str]) -> None:
    assert findings("STK-R011", World(registered=FakeRegister.of("flask")).facts(tree(files))) == []


HASHED = locks.requirements({"nobody-has-it": "1.0"})


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"requirements.txt": HASHED}, True),  # nobody but a person can have written it
        (
            {"requirements.txt": f"# This file is autogenerated by pip-compile with Python 3.11\n{HASHED}"},
            False,
        ),
        ({"requirements.in": "flask\n", "requirements.txt": HASHED}, False),
        ({"pyproject.toml": pyproject("flask"), "uv.lock": locks.uv({"nobody-has-it": "1.0"})}, False),
    ],
)
def test_a_hashed_file_without_a_maker_is_somebodys_own_words(
    tree: Tree, files: dict[str, str], told: bool
) -> None:
    facts = World(registered=FakeRegister.of("flask")).facts(tree(files))
    assert bool(findings("STK-R011", facts)) is told


# -- STK-R006 -----------------------------------------------------------------------------------------

UV = '[[tool.uv.index]]\nname = "ours"\nurl = "{url}"\n{more}'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (named(f"--extra-index-url {PRIVATE}", "flask"), [f"requirements.txt:1 {PRIVATE}"]),
        ({"pip.conf": f"[global]\nextra-index-url = {PRIVATE}\n"}, [f"pip.conf:2 {PRIVATE}"]),
        ({"i.sh": f"pip install --extra-index-url {PRIVATE} flask\n"}, [f"i.sh:1 {PRIVATE}"]),
        ({"i.sh": f"uv pip install --extra-index-url {PRIVATE} flask\n"}, []),
        (
            {"i.sh": f"uv pip install --index-strategy unsafe-best-match --extra-index-url {PRIVATE} flask\n"},
            [f"i.sh:1 {PRIVATE}"],
        ),
        ({"i.sh": f"pip install --index-url {PRIVATE} flask\n"}, []),
        ({"pyproject.toml": pyproject("flask", extra=UV.format(url=PRIVATE, more=""))}, []),
        ({"pyproject.toml": pyproject("flask", extra=UV.format(url=PRIVATE, more="explicit = true\n"))}, []),
        (
            {"pyproject.toml": pyproject("flask", extra='[tool.uv]\nindex-strategy = "unsafe-best-match"\n'
                + UV.format(url=PRIVATE, more=""))},
            [f"pyproject.toml:9 {PRIVATE}"],
        ),
    ],
)  # fmt: skip
def test_extra_indexes_count_where_they_have_the_same_right(
    tree: Tree, files: dict[str, str], expected: list[str]
) -> None:
    assert places(findings("STK-R006", World().facts(tree(files)))) == expected


def test_an_extra_index_is_worse_where_internal_names_are_at_stake(tree: Tree) -> None:
    files = named(f"--extra-index-url {PRIVATE}", "acme-billing")
    (mild,) = findings("STK-R006", World().facts(tree(files)))
    (bad,) = findings("STK-R006", World(policy=ACME).facts(tree(files)))
    assert (mild.severity, bad.severity) == (Severity.MEDIUM, Severity.HIGH)
    assert dict(bad.evidence)["internal names at stake"] == "acme-corp-utils, acme-billing"


# -- STK-R007 and STK-R008 ----------------------------------------------------------------------------


def test_an_internal_name_on_both_sides(tree: Tree) -> None:
    facts = World(policy=ACME, registered=Everything()).facts(tree(named("acme-billing")))
    declared, covered = findings("STK-R007", facts)
    assert (declared.subject, declared.location, declared.confidence) == (
        "acme-corp-utils",
        None,
        Confidence.HIGH,
    )
    assert (covered.subject, str(covered.location), covered.confidence) == (
        "acme-billing",
        "requirements.txt:1",
        Confidence.MEDIUM,
    )


def test_registered_squats_of_an_internal_name_stand_where_it_is_required(tree: Tree) -> None:
    register = FakeRegister.of("acme-corp-util", "acme-corp-utlis", "acme-billing")
    facts = World(policy=ACME, registered=register).facts(tree(named("flask", "acme-corp-utils")))
    (found,) = findings("STK-R008", facts)
    assert str(found.location) == "requirements.txt:2"
    assert set(dict(found.evidence)["registered squats"].split(", ")) == {"acme-corp-util", "acme-corp-utlis"}
    nowhere = World(policy=ACME, registered=register).facts(tree(named("flask")))
    assert [one.location for one in findings("STK-R008", nowhere)] == [None]


# -- STK-R003, STK-R004, STK-R005 ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("private_paths", "expected"),
    [
        ((), {"deploy/requirements.txt", "requirements.txt"}),
        (("deploy/",), {"requirements.txt"}),
        (("*",), set()),
        (("*", "!requirements.txt"), {"deploy/requirements.txt", "requirements.txt"}),
        (("/requirements.txt",), {"deploy/requirements.txt"}),
    ],
)
def test_private_paths_are_no_exposure(
    tree: Tree, private_paths: tuple[str, ...], expected: set[str]
) -> None:
    protect = Protect(names=("acme-corp-utils",), indexes=(PRIVATE,), private_paths=private_paths)
    text = f"--index-url {PRIVATE}\nacme-corp-utils==1.2\n"
    facts = World(policy=Policy(protect=protect)).facts(
        tree({"requirements.txt": text, "deploy/requirements.txt": text})
    )
    for rule in ("STK-R003", "STK-R004", "STK-R005"):
        assert {one.location.path for one in findings(rule, facts) if one.location} == expected, rule


def test_an_internal_version_is_exposed_by_any_of_its_mentions(tree: Tree) -> None:
    facts = World(policy=ACME).facts(tree(named("acme-corp-utils>=1", "acme-corp-utils==1.2")))
    assert places(findings("STK-R003", facts)) == ["requirements.txt:1 acme-corp-utils"]
    (found,) = findings("STK-R005", facts)
    assert (str(found.location), dict(found.evidence)) == ("requirements.txt:2", {"version": "1.2"})


@pytest.mark.parametrize(
    ("address", "exposed"),
    [
        (PRIVATE, True),
        ("https://PYPI.acme.example:8443/other", True),
        ("https://user:secret@pypi.acme.example/simple", True),
        ("https://packages.corp/simple", True),
        ("http://nexus/repository/simple", True),
        ("http://10.1.2.3/simple", True),
        ("http://172.20.0.1/simple", True),
        ("http://172.32.0.1/simple", False),
        ("http://192.168.1.1:8080/simple", True),
        ("http://[fd12::1]/simple", True),
        ("http://127.0.0.1:3141/simple", False),
        ("http://localhost:3141/simple", False),
        ("https://index.example/simple", False),
        ("https://10.example/simple", False),
        ("https://${INDEX_HOST}/simple", False),
    ],
)
def test_which_index_addresses_are_private(tree: Tree, address: str, exposed: bool) -> None:
    policy = Policy(protect=Protect(indexes=("pypi.acme.example",)))
    facts = World(policy=policy).facts(tree(named(f"--index-url {address}", "flask")))
    assert bool(findings("STK-R004", facts)) is exposed


@pytest.mark.parametrize("address", ["https://[::1", "https://[nonsense]/simple", "https://"])
def test_an_address_that_does_not_parse_crashes_no_check(tree: Tree, address: str) -> None:
    facts = World(policy=ACME).facts(tree(named(f"--extra-index-url {address}", "flask")))
    for rule in ("STK-R004", "STK-R006", "STK-R009", "STK-E009"):
        findings(rule, facts)


# -- STK-R009 -----------------------------------------------------------------------------------------


def test_a_credential_is_told_once_a_file_and_never_shown(tree: Tree) -> None:
    secret = "https://user:hunter2@pypi.acme.example/simple"
    lock = locks.uv({"flask": "3.0", "click": "8.1"}).replace("https://index.example/simple", secret)
    files = {"pyproject.toml": pyproject("flask"), "uv.lock": lock, **named(f"--index-url {secret}", "flask")}
    found = findings("STK-R009", World().facts(tree(files)))
    assert sorted(one.location.path for one in found if one.location) == ["requirements.txt", "uv.lock"]
    assert "hunter2" not in repr(found)


# -- STK-E009 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        (["--index-url http://pypi.acme.example/simple"], "http://pypi.acme.example/simple is plain http"),
        (["--index-url HTTP://pypi.acme.example/simple"], "HTTP://pypi.acme.example/simple is plain http"),
        (["--find-links http://files.example/wheels"], "http://files.example/wheels is plain http"),
        (["--trusted-host pypi.acme.example"], "'trusted-host pypi.acme.example' turns certificate checks off"),
        (["--trusted-host pypi.acme.example:8443"], "'trusted-host pypi.acme.example:8443' turns certificate checks off"),
        (["--index-url https://pypi.acme.example/simple"], None),
        (["--find-links ./wheels"], None),
        (["--index-url http://localhost:3141/simple"], None),
        (["--index-url http://127.0.0.1:3141/simple"], None),
        (["--index-url http://127.8.8.8/simple"], None),
        (["--index-url http://[::1]:3141/simple"], None),
        (["--trusted-host localhost:3141"], None),
        (["--trusted-host [::1]:3141"], None),
        (["--index-url http://localhost.evil.example/simple"], "http://localhost.evil.example/simple is plain http"),
        (["--index-url http://127.0.0.1.evil.example/simple"], "http://127.0.0.1.evil.example/simple is plain http"),
    ],
)  # fmt: skip
def test_insecure_index_options(tree: Tree, lines: list[str], seen: str | None) -> None:
    found = findings("STK-E009", World().facts(tree(named(*lines, "flask"))))
    assert [one.message for one in found] == ([] if seen is None else [seen])


@pytest.mark.parametrize(
    "files",
    [
        {"i.sh": "pip install --trusted-host pypi.acme.example flask\n"},
        {"pip.conf": "[global]\ntrusted-host = pypi.acme.example\n"},
        {"Dockerfile": "FROM x\nENV PIP_TRUSTED_HOST=pypi.acme.example\n"},
        {"Pipfile": '[[source]]\nname = "a"\nurl = "https://pypi.acme.example/simple"\nverify_ssl = false\n'},
        {"uv.toml": 'allow-insecure-host = ["pypi.acme.example"]\n'},
    ],
)
def test_insecure_options_are_found_wherever_they_stand(tree: Tree, files: dict[str, str]) -> None:
    (found,) = findings("STK-E009", World().facts(tree(files)))
    assert "pypi.acme.example" in found.subject
    assert found.location is not None
    assert found.location.line > 0
