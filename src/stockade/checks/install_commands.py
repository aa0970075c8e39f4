"""Install commands that go round the lock: hashes that nobody enforces, and packages named on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from stockade.checks.base import Check, Facts, Result
from stockade.checks.hashes import unhashed
from stockade.manifests.projects import Project, home_of
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.requirements import InstallCommand, Manifest, ManifestKind, Requirement, Role
from stockade.model.stages import Stage

NOT_ENFORCED = Rule(
    id="STK-E006",
    name="lock-not-enforced",
    stage=Stage.EVALUATION,
    title="An install command does not enforce the lockfile that exists",
    severity=Severity.MEDIUM,
    why="Hashes protect only where an installer checks them: this command resolves or installs without.",
    mend="Install from the lock and fail when it is stale: 'uv sync --locked', 'pip install --require-hashes -r …'.",
    references=("S2C2F AUD-3", "OSPS BR-01.03"),
)
AD_HOC = Rule(
    id="STK-E019",
    name="ad-hoc-install",
    stage=Stage.EVALUATION,
    title="A script installs packages that no lockfile fixes",
    severity=Severity.LOW,
    why="What the script installs changes from day to day, unseen by any review of the manifests.",
    mend="Move the packages into a locked manifest, or pin them with hashes.",
    references=("S2C2F AUD-3",),
)

_PIP_LIKE = frozenset({"pip", "uv pip"})
_LOCK_OF = {
    "uv": ManifestKind.UV_LOCK,
    "pipenv": ManifestKind.PIPFILE_LOCK,
    "pdm": ManifestKind.PDM_LOCK,
}
_LAX = frozenset({("uv", "sync"), ("uv", "run"), ("pipenv", "install"), ("pdm", "install")})
"""They install from a lock, and lock anew where it is stale unless they are told not to."""
_ONE_OFF = frozenset({"pipx", "uvx"})


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each command that ignores a lock, and for each that names loose packages."""
    for manifest, command in facts.scope.commands:
        project = project_of(manifest, facts.projects)
        seen = _around_the_lock(manifest, command, project, facts)
        if seen:
            yield finding(
                NOT_ENFORCED,
                subject=command.text,
                message=seen,
                location=command.location,
                confidence=Confidence.MEDIUM,
            )
        loose = [r for r in command.requirements if not fixed(r)]
        if loose:
            names = ", ".join(r.spelled for r in loose)
            yield finding(
                AD_HOC,
                subject=", ".join(r.name for r in loose),
                message=f"{command.tool} {command.verb} takes {names} at whatever version is current",
                location=command.location,
                confidence=Confidence.MEDIUM if command.tool in _ONE_OFF else Confidence.HIGH,
            )


def fixed(requirement: Requirement) -> bool:
    """Whether a requirement on a command line is one exact version or carries its hash."""
    return requirement.pinned is not None or bool(requirement.hashes) or requirement.source.kind != "index"


def project_of(manifest: Manifest, projects: tuple[Project, ...]) -> Project | None:
    """The project that a script serves: the nearest one at or above it, else the only one there is."""
    home = PurePosixPath(home_of(manifest.path))
    above = [p for p in projects if PurePosixPath(p.root) in (home, *home.parents)]
    if above:
        return max(above, key=lambda p: len(PurePosixPath(p.root).parts))
    return projects[0] if len(projects) == 1 else None


def _around_the_lock(
    manifest: Manifest, command: InstallCommand, project: Project | None, facts: Facts
) -> str | None:
    """Why the command does not enforce the project's lock; None where it does or there is none."""
    if project is None or not project.locks:
        return None
    if command.tool in _PIP_LIKE:
        return _unlocked_file(manifest, command, facts) or _unlocked_folder(manifest, command, project, facts)
    return _lax_tool(command, project)


def _lax_tool(command: InstallCommand, project: Project) -> str | None:
    """Tools that read the lock, called so that they do not fail when it is stale."""
    if command.locked or (command.tool, command.verb) not in _LAX:
        return None
    if not any(lock.kind is _LOCK_OF[command.tool] for lock in project.locks):
        return None
    if command.frozen:
        return "'--frozen' installs from the lock without checking that it still fits"
    return f"'{command.tool} {command.verb}' updates a stale lock by itself instead of failing on it"


def _unlocked_file(manifest: Manifest, command: InstallCommand, facts: Facts) -> str | None:
    """A ``-r`` file that is no lock, or one whose hashes are incomplete and not demanded."""
    if command.require_hashes:
        return None
    for name in command.requirement_files:
        target = file_named(name, manifest, facts)
        if target is not None and target.role is not Role.LOCK:
            return f"{target.path} is no lockfile, although the project has one"
        if target is not None and unhashed(target):
            return f"{target.path} is installed without --require-hashes, and not all of it has hashes"
    return None


def _unlocked_folder(
    manifest: Manifest, command: InstallCommand, project: Project, facts: Facts
) -> str | None:
    """A local folder whose dependencies pip resolves anew, and no lockfile constrains."""
    constraints = (file_named(name, manifest, facts) for name in command.constraint_files)
    if any(found is not None and _is_exact(found) for found in constraints):
        return None
    if command.local and not command.requirement_files and _resolves(command):
        lock = project.locks[0].path
        return (
            f"installs {command.local[0]!r} with whatever its dependencies resolve to, although {lock} exists"
        )
    return None


def _is_exact(constraints: Manifest) -> bool:
    """Whether a constraints file fixes every version that it names, as a lockfile does."""
    named = (*constraints.constraints, *constraints.requirements)
    return bool(named) and all(r.pinned is not None for r in named)


def _resolves(command: InstallCommand) -> bool:
    return "--no-deps" not in command.text and not any(path.endswith(".whl") for path in command.local)


def file_named(name: str, manifest: Manifest, facts: Facts) -> Manifest | None:
    """The manifest that a command's ``-r NAME`` means: from the script's folder, the root, or by its only match."""
    wanted = name.removeprefix("./")
    folder = PurePosixPath(manifest.path).parent
    by_path = {m.path: m for m in facts.inventory.manifests}
    for candidate in (str(folder / wanted), wanted):
        if candidate in by_path:
            return by_path[candidate]
    same = [m for m in facts.inventory.manifests if PurePosixPath(m.path).name == PurePosixPath(wanted).name]
    return same[0] if len(same) == 1 else None


CHECK = Check(name="install-commands", stage=Stage.EVALUATION, rules=(NOT_ENFORCED, AD_HOC), run=run)
