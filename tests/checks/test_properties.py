"""What holds for whatever a tree may hold: no crash, no pass by accident, stable identities."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from tests.checks.trees import NOW, Everything, installed

from stockade.checks.base import Facts
from stockade.checks.registry import RULES
from stockade.errors import ExitCode
from stockade.manifests.projects import projects_of
from stockade.model.advisories import Advisory
from stockade.model.findings import Confidence, Finding, Severity
from stockade.model.index import IndexFile, IndexProject, Ownership, ProjectStatus
from stockade.model.locations import Location
from stockade.model.names import ProjectName
from stockade.model.policy import Policy, Protect
from stockade.model.requirements import (
    Defect,
    IndexReference,
    IndexRole,
    InstallCommand,
    Inventory,
    LockedPackage,
    Manifest,
    ManifestKind,
    Requirement,
    Role,
    Source,
    SourceKind,
)
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.policy.engine import exit_code
from stockade.stages.assess import STAGES, assess, run_checks
from stockade.stages.gather import name_engine
from stockade.testing.fakes import FakeAdvisories, FakeIndex, FakePopularity, FakeRegister

NAMES = st.sampled_from(
    ["flask", "reqeusts", "sklearn", "acme-corp-util", "acme-corp-utils", "acme-x", "tool", "shop", "a"]
).map(ProjectName)
VERSIONS = st.sampled_from(["0", "1.0", "1.0+cpu", "1!2.0rc1", "3.0.dev1"]).map(Version)
SPECIFIERS = st.sampled_from(["", "==1.0", "==1.*", ">=1", "~=1.2", "!=1", "===weird", "<2,>1"]).map(
    SpecifierSet
)
ADDRESSES = st.sampled_from(
    [
        "",
        "https://pypi.acme.example/simple",
        "http://[::1",
        "http://10.0.0.1:99999/",
        "https://${HOST}/simple",
        "//",
        "pypi.acme.example:443",
        "\ud800",
        "conda:main",
    ]
)
PATHS = st.sampled_from(
    ["requirements.txt", "a/requirements.txt", "a/b/uv.lock", "uv.lock", "\udcff/x.sh", "p.toml"]
)
REVISIONS = st.sampled_from(["", "main", "0" * 40, "A" * 64])
MARKERS = st.sampled_from(["", "python_version < '3'", "sys_platform == 'win32'", "broken ("])
GROUPS = st.sampled_from(["", "dev", "build-system", "main", "extra"])


@st.composite
def locations(draw: st.DrawFn, path: str) -> Location:
    return Location(path, draw(st.integers(0, 10**6)))


@st.composite
def sources(draw: st.DrawFn) -> Source:
    return Source(
        kind=draw(st.sampled_from(SourceKind)),
        url=draw(ADDRESSES),
        vcs=draw(st.sampled_from(["", "git"])),
        revision=draw(REVISIONS),
        index=draw(ADDRESSES),
        editable=draw(st.booleans()),
        credentials=draw(st.booleans()),
    )


@st.composite
def requirements(draw: st.DrawFn, path: str) -> Requirement:
    name = draw(NAMES)
    return Requirement(
        name=name,
        spelled=name.upper(),
        specifier=draw(SPECIFIERS),
        location=draw(locations(path)),
        text=name,
        marker=draw(MARKERS),
        source=draw(sources()),
        hashes=draw(st.sampled_from([(), ("sha256:" + "0" * 64,), ("md5:" + "0" * 32,)])),
        group=draw(GROUPS),
    )


@st.composite
def packages(draw: st.DrawFn, path: str) -> LockedPackage:
    return LockedPackage(
        name=draw(NAMES),
        version=draw(st.none() | VERSIONS),
        location=draw(locations(path)),
        hashes=draw(st.sampled_from([(), ("sha256:" + "0" * 64,)])),
        unhashed_artifacts=draw(st.integers(0, 2)),
        source=draw(sources()),
        groups=draw(st.sampled_from([(), ("main",), ("dev",)])),
        marker=draw(MARKERS),
        own=draw(st.booleans()),
    )


@st.composite
def references(draw: st.DrawFn, path: str) -> IndexReference:
    return IndexReference(
        url=draw(ADDRESSES),
        role=draw(st.sampled_from(IndexRole)),
        location=draw(locations(path)),
        name=draw(st.sampled_from(["", "ours"])),
        credentials=draw(st.booleans()),
        verify_tls=draw(st.booleans()),
    )


@st.composite
def commands(draw: st.DrawFn, path: str) -> InstallCommand:
    return InstallCommand(
        tool=draw(st.sampled_from(["pip", "uv pip", "uv", "uvx", "poetry", "pdm", "pipenv", "conda"])),
        verb=draw(st.sampled_from(["install", "sync", "run"])),
        text=draw(st.sampled_from(["pip install x", "", "uv sync --index-strategy unsafe-best-match"])),
        location=draw(locations(path)),
        requirements=tuple(draw(st.lists(requirements(path), max_size=2))),
        requirement_files=tuple(draw(st.lists(PATHS, max_size=1))),
        constraint_files=tuple(draw(st.lists(PATHS, max_size=1))),
        indexes=tuple(draw(st.lists(references(path), max_size=1))),
        require_hashes=draw(st.booleans()),
        locked=draw(st.booleans()),
        frozen=draw(st.booleans()),
        local=draw(st.sampled_from([(), (".",), ("x.whl",)])),
    )


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    path = draw(PATHS)
    defect = Defect(location=Location(path, 1), message="not read")
    return Manifest(
        path=path,
        kind=draw(st.sampled_from(ManifestKind)),
        role=draw(st.sampled_from(Role)),
        project=draw(st.sampled_from(["", "shop", "Flask", "not a name!"])),
        requires_python=draw(st.sampled_from(["", ">=3.11", "nonsense"])),
        requirements=tuple(draw(st.lists(requirements(path), max_size=3))),
        constraints=tuple(draw(st.lists(requirements(path), max_size=1))),
        locked=tuple(draw(st.lists(packages(path), max_size=3))),
        indexes=tuple(draw(st.lists(references(path), max_size=2))),
        commands=tuple(draw(st.lists(commands(path), max_size=1))),
        first_wins=draw(st.booleans()),
        defects=draw(st.sampled_from([(), (defect,)])),
    )


@st.composite
def index_files(draw: st.DrawFn) -> IndexFile:
    return IndexFile(
        filename="x",
        version=draw(st.none() | VERSIONS),
        url="https://files.example/x",
        uploaded=draw(
            st.sampled_from([None, NOW, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
        ),
        yanked=draw(st.sampled_from([None, "", "broken"])),
        provenance=draw(st.sampled_from([None, "https://index.example/p"])),
    )


@st.composite
def gaps(draw: st.DrawFn) -> Indeterminate:
    return Indeterminate(cause=draw(st.sampled_from(Cause)), subject="something", detail="not known")


@st.composite
def indexes(draw: st.DrawFn) -> FakeIndex:
    pages: dict[ProjectName, IndexProject | Indeterminate] = {}
    owners: dict[ProjectName, Ownership | Indeterminate] = {}
    for name in draw(st.lists(NAMES, max_size=3)):
        project = IndexProject(
            name=name,
            status=draw(st.sampled_from(ProjectStatus)),
            files=tuple(draw(st.lists(index_files(), max_size=2))),
            provenance_offered=draw(st.booleans()),
        )
        pages[name] = draw(st.just(project) | gaps())
        owners[name] = draw(
            gaps() | st.sampled_from([("a",), (), ("a", "b")]).map(lambda u: Ownership(users=u))
        )
    return FakeIndex(pages, owners)


@st.composite
def feeds(draw: st.DrawFn) -> FakeAdvisories:
    advisories = st.builds(
        Advisory,
        id=st.sampled_from(["PYSEC-1", "MAL-1"]),
        project=NAMES,
        malicious=st.booleans(),
        summary=st.just(""),
        severity=st.none() | st.sampled_from(Severity),
        fixed=st.sampled_from([(), ("2.0",)]),
    )
    found = {
        key: draw(gaps() | st.tuples(advisories))
        for key in draw(st.lists(st.tuples(NAMES, VERSIONS), max_size=2))
    }
    return FakeAdvisories(
        found, {name: draw(gaps() | advisories) for name in draw(st.lists(NAMES, max_size=1))}
    )


OURS = Protect(
    names=("acme-corp-utils",), patterns=("acme-*",), indexes=("pypi.acme.example",), private_paths=("a/",)
)
POPULAR = FakePopularity.of(["requests", "flask", "scikit-learn", "numpy"])
TEAMS = [(policy, name_engine(POPULAR, policy)) for policy in (Policy(), Policy(protect=OURS))]


@st.composite
def worlds(draw: st.DrawFn) -> Facts:
    policy, names = draw(st.sampled_from(TEAMS))
    inventory = Inventory(root=".", manifests=tuple(draw(st.lists(manifests(), max_size=4))))
    return Facts(
        inventory=inventory,
        projects=projects_of(inventory),
        policy=policy,
        now=NOW,
        names=names,
        registered=draw(gaps() | st.sampled_from([Everything(), FakeRegister.of("flask")])),
        advisories=draw(gaps() | feeds()),
        index=draw(gaps() | indexes()),
        environment=draw(st.none() | st.just((installed("flask"), installed("evil", None)))),
        notes=tuple(draw(st.lists(gaps(), max_size=1))),
        index_asked=draw(st.booleans()),
    )


many = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@many
@given(worlds())
def test_whatever_a_tree_holds_it_is_assessed_and_never_passes_by_accident(facts: Facts) -> None:
    result = assess(facts, stages=STAGES)
    crashed = [gap for gap in result.incomplete if gap.subject.startswith(("check ", "metric "))]
    assert not crashed
    if result.incomplete:
        assert result.exit_code != ExitCode.CLEAN
        assert result.verdict.action is Action.BLOCK
    if result.exit_code == ExitCode.CLEAN:
        assert not result.failing
    assert (result.exit_code == ExitCode.FINDINGS) == bool(result.failing)
    assert list(result.findings) == sorted(result.findings, key=lambda f: -f.severity.rank)
    rules = {rule.id for rule in RULES}
    for found in result.findings:
        assert found.rule in rules
        assert found.message
        assert found.mend


@many
@given(worlds(), st.sampled_from(Severity))
def test_one_more_finding_never_makes_the_exit_code_milder(facts: Facts, severity: Severity) -> None:
    run = run_checks(facts, STAGES)
    worse = {ExitCode.CLEAN: 0, ExitCode.INCOMPLETE: 1, ExitCode.FINDINGS: 2}
    rule = RULES[0]
    more = Finding(
        rule=rule.id,
        title=rule.title,
        stage=rule.stage,
        severity=severity,
        confidence=Confidence.HIGH,
        subject="one more",
        message="one more",
        mend="mend it",
        why=rule.why,
    )
    for threshold in Severity:
        before = exit_code(run.findings, run.indeterminate, threshold)
        after = exit_code((*run.findings, more), run.indeterminate, threshold)
        assert worse[after] >= worse[before]


@many
@given(worlds(), st.integers(1, 1000))
def test_identities_do_not_move_with_the_lines(facts: Facts, by: int) -> None:
    moved = _moved(facts.inventory, by)
    assert isinstance(moved, Inventory)
    again = dataclasses.replace(facts, inventory=moved, projects=projects_of(moved))
    before = sorted(found.fingerprint for found in run_checks(facts, STAGES).findings)
    after = sorted(found.fingerprint for found in run_checks(again, STAGES).findings)
    assert before == after


def _moved(value: object, by: int) -> object:
    """The value with every line number in it raised."""
    if isinstance(value, Location):
        return Location(value.path, value.line + by)
    if isinstance(value, tuple):
        return tuple(_moved(each, by) for each in value)
    if isinstance(
        value, Inventory | Manifest | Requirement | LockedPackage | IndexReference | InstallCommand | Defect
    ):
        fields = {name: _moved(getattr(value, name), by) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    return value
