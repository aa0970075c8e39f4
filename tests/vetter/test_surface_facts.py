"""Names and places that are not the distribution's own; whether it agrees with itself."""

from __future__ import annotations

import pytest
from tests.vetter.trees import kinds, sdist, surface, wheel

from stockade.model.vetting import Phase
from stockade.vetter.surface_names import Owners, owns_command, related

POPULAR = ("requests", "pyyaml", "numpy", "attrs", *(f"filler-{n}" for n in range(1_100)), "obscure")
OWN = {"acme/__init__.py": ""}


# -- modules ----------------------------------------------------------------------------------------


def test_a_wheel_of_its_own_name_has_nothing_to_tell() -> None:
    found = wheel(OWN, filename="acme-1.0-py3-none-any.whl", popular=POPULAR)
    assert found.oddities == ()


def test_a_whole_package_of_a_popular_project_is_told() -> None:
    found = wheel(OWN | {"requests/__init__.py": ""}, popular=POPULAR)
    (oddity,) = found.oddities
    assert (oddity.kind, oddity.at.path, oddity.phase) == (
        "shadows-project",
        "requests/__init__.py",
        Phase.IMPORT,
    )


def test_the_import_name_leads_to_the_project() -> None:
    assert kinds(wheel(OWN | {"yaml/__init__.py": ""}, popular=POPULAR)) == ["shadows-project"]


def test_files_put_into_a_very_popular_package_are_told_apart() -> None:
    assert kinds(wheel(OWN | {"numpy/core/fast.py": ""}, popular=POPULAR)) == ["overlays-project"]


def test_files_put_into_a_lesser_package_may_be_a_namespace() -> None:
    assert kinds(wheel(OWN | {"obscure/plugin.py": ""}, popular=POPULAR)) == []


def test_a_fork_that_says_so_is_only_a_likeness() -> None:
    found = wheel({"requests/__init__.py": ""}, name="requests-lite", popular=POPULAR)
    assert kinds(found) == ["likeness-of-project"]


def test_namespaces_that_many_fill_are_no_ones() -> None:
    popular = ("google", "azure")
    assert kinds(wheel(OWN | {"google/acme/__init__.py": ""}, popular=popular)) == []


def test_without_the_list_nothing_is_anybodys() -> None:
    assert kinds(wheel(OWN | {"requests/__init__.py": ""})) == []


@pytest.mark.parametrize(("name", "kind"), [("acme", "shadows-stdlib"), ("standard-telnetlib", "backport")])
def test_modules_of_the_standard_library(name: str, kind: str) -> None:
    assert kinds(wheel({"telnetlib.py": ""}, name=name)) == [kind]


def test_a_module_beside_setup_py_takes_the_librarys_place() -> None:
    setup = "from setuptools import setup\nsetup(name='acme', packages=['acme'])\n"
    found = sdist({"setup.py": setup, "acme/__init__.py": "", "base64.py": ""})
    assert [(oddity.kind, oddity.phase) for oddity in found.oddities] == [
        ("shadows-stdlib-at-build", Phase.INSTALL)
    ]
    assert (
        kinds(sdist({"setup.py": setup, "acme/__init__.py": "", "test/__init__.py": "", "acme/json.py": ""}))
        == []
    )


def test_generic_top_level_names_of_a_wheel_are_told() -> None:
    assert kinds(wheel(OWN | {"tests/__init__.py": "", "other/__init__.py": ""})) == ["foreign-top-level"]
    assert kinds(wheel({"utils/__init__.py": ""})) == [], "its only package may be called anything"


# -- commands and data -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["sudo", "git", "pip", "nvidia-smi", "python"])
def test_known_commands_are_not_a_projects_to_take(command: str) -> None:
    points = f"[console_scripts]\n{command} = acme:main\n"
    assert kinds(wheel(OWN | {"acme-1.0.dist-info/entry_points.txt": points})) == ["shadows-command"]
    assert kinds(wheel(OWN | {f"acme-1.0.data/scripts/{command}": "#!python\n"})) == ["shadows-command"]


@pytest.mark.parametrize(
    ("name", "command"), [("pip", "pip3"), ("awscli", "aws"), ("jupyter-core", "jupyter"), ("uv", "uvx")]
)
def test_a_command_of_ones_own_is_fine(name: str, command: str) -> None:
    assert owns_command(name, command)
    points = f"[console_scripts]\n{command} = x:main\n"
    assert kinds(wheel({"x.py": "", f"{name}-1.0.dist-info/entry_points.txt": points}, name=name)) == []


def test_commands_of_an_sdist_are_judged_by_its_settings() -> None:
    text = "[project]\nname='acme'\n[project.scripts]\ngit='acme:main'\n"
    assert kinds(sdist({"pyproject.toml": text, "acme/__init__.py": ""})) == ["shadows-command"]


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("pip.conf", "data-takes-over"),
        ("pyvenv.cfg", "data-takes-over"),
        ("etc/ld.so.preload", "data-takes-over"),
        ("etc/modprobe.d/nvidia.conf", "data-takes-over"),
        ("etc/profile.d/acme.sh", "data-takes-over"),
        ("etc/ipython/startup/00.py", "data-takes-over"),
        ("etc/systemd/system/acme.service", "data-into-system"),
        ("etc/cron.d/acme", "data-into-system"),
        ("lib/python3.12/json/decoder.py", "data-into-python"),
        ("../../opt/acme", "data-outside"),
    ],
)
def test_data_files_where_they_configure_something(target: str, kind: str) -> None:
    assert kinds(wheel(OWN | {f"acme-1.0.data/data/{target}": ""})) == [kind]


@pytest.mark.parametrize(
    "target", ["share/man/man1/acme.1", "etc/jupyter/acme.json", "share/acme/etc/profile"]
)
def test_data_files_where_they_belong(target: str) -> None:
    assert kinds(wheel(OWN | {f"acme-1.0.data/data/{target}": ""})) == []


def test_data_files_of_setup_py() -> None:
    text = (
        "setup(name='acme', packages=['acme'], data_files=[('/etc/profile.d', ['x.sh']), ('share/x', ['y'])])"
    )
    assert kinds(sdist({"setup.py": text, "acme/__init__.py": "", "x.sh": "", "y": ""})) == [
        "data-takes-over"
    ]


def test_one_harmful_data_file_among_many_is_still_told() -> None:
    many = {f"acme-1.0.data/data/etc/systemd/u{n}.service": "" for n in range(200)}
    found = kinds(wheel(OWN | many | {"acme-1.0.data/data/pip.conf": ""}))
    assert "data-takes-over" in found
    assert len(found) == 51


# -- identity ---------------------------------------------------------------------------------------


def test_the_file_name_says_another_project() -> None:
    assert kinds(wheel(OWN, filename="other-1.0-py3-none-any.whl")) == ["name-mismatch"]


def test_the_file_name_says_another_version() -> None:
    assert kinds(wheel(OWN, filename="acme-2.0-py3-none-any.whl")) == ["version-mismatch"]


@pytest.mark.parametrize(
    "filename", ["ACME-1.0-py3-none-any.whl", "acme-1.0.0+local-py3-none-any.whl", "x.whl", ""]
)
def test_spellings_of_one_name_and_version(filename: str) -> None:
    assert kinds(wheel(OWN, filename=filename)) == []


def test_a_second_folder_of_metadata() -> None:
    other = {"requests-2.0.dist-info/METADATA": "Name: requests\nVersion: 2.0\n"}
    assert "several-dist-infos" in kinds(wheel(OWN | other))


def test_an_installation_of_several_is_not_judged() -> None:
    files = {f"{name}-1.0.dist-info/METADATA": f"Name: {name}\n" for name in ("a", "b")}
    assert kinds(surface("folder", files | {"a.py": "", "b.py": ""})) == []


def test_metadata_that_contradict_their_folder() -> None:
    files = {"acme-1.0.dist-info/METADATA": "Name: requests\nVersion: 1.0\n"}
    assert "name-mismatch" in kinds(wheel(OWN | files))


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"acme/__init__.py": ""}, "metadata-missing"),
        ({"acme-1.0.dist-info/METADATA": "Name: acme\n", "acme-1.0.dist-info/WHEEL": ""}, "record-missing"),
        ({"acme-1.0.dist-info/METADATA": "Name: acme\n", "acme-1.0.dist-info/RECORD": ""}, "wheel-missing"),
    ],
)
def test_parts_of_a_wheel_that_are_missing(files: dict[str, str], kind: str) -> None:
    assert kind in kinds(surface("wheel", files))


def test_the_name_and_version_of_an_sdist() -> None:
    info = "Metadata-Version: 2.1\nName: acme.core\nVersion: 1.0b2\n"

    def named(filename: str) -> list[str]:
        return kinds(surface("sdist", {"acme-core-1.0b2/PKG-INFO": info}, filename=filename))

    assert named("acme_core-1.0b2.tar.gz") == []
    assert named("acme-core-1.0-beta2.zip") == [], "an old version may hold a dash"
    assert named("acme_core-1.1.tar.gz") == ["version-mismatch"]
    assert named("acme-1.0b2.tar.gz") == ["name-mismatch"]


def test_a_checkout_may_be_called_anything() -> None:
    files = {"main/pyproject.toml": "[project]\nname='acme'\nversion='1'\n"}
    assert kinds(surface("zip", files, filename="repository-main.zip")) == []


def test_settings_that_build_another_project() -> None:
    assert kinds(sdist({"setup.py": "setup(name='other', version='1.0')"})) == ["settings-name-mismatch"]


def test_native_code_in_a_pure_wheel_for_any_platform() -> None:
    native = OWN | {"acme/_x.so": b"\x7fELF"}
    assert kinds(wheel(native, filename="acme-1.0-py3-none-any.whl")) == ["purelib-has-native"]


def test_tags_that_contradict_the_file_name() -> None:
    text = "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-win_amd64\n"
    files = OWN | {"acme-1.0.dist-info/WHEEL": text}
    assert kinds(wheel(files, filename="acme-1.0-py3-none-any.whl")) == ["tag-mismatch"]
    assert kinds(wheel(files, filename="acme-1.0-cp311-cp311-win_amd64.whl")) == []


def test_compressed_tags_are_expanded() -> None:
    text = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2.py3-none-any\n"
    files = OWN | {"acme-1.0.dist-info/WHEEL": text}
    assert kinds(wheel(files, filename="acme-1.0-py2.py3-none-any.whl")) == []


# -- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("project", "name", "expected"),
    [
        ("psycopg2-binary", "psycopg2", True),
        ("python-dateutil", "dateutil", True),
        ("pytorch-lightning", "lightning-fabric", True),
        ("acme", "requests", False),
        ("py-acme", "py-other", False),
    ],
)
def test_kinship_of_names(project: str, name: str, expected: bool) -> None:
    assert related(project, name) is expected


def test_owners_know_ranks_and_import_names() -> None:
    owners = Owners(POPULAR)
    assert (owners.of("yaml"), owners.rank("pyyaml")) == ("pyyaml", 2)
    assert (owners.of("unknown"), owners.rank("unknown")) == ("", 0)
