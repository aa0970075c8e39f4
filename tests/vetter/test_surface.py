"""Which file runs when: wheels, sdists, folders, files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vetter.trees import roots, sdist, surface, wheel

from stockade.model.vetting import Phase
from stockade.vetter.surface import map_surface

SETUP = "from setuptools import setup\nsetup(name='acme', packages=['acme'])\n"


# -- wheels -----------------------------------------------------------------------------------------


def test_modules_of_a_wheel_run_when_they_are_imported_packages_first() -> None:
    found = wheel(
        {"acme/__init__.py": "", "acme/sub/deep.py": "", "acme/sub/__init__.py": "", "extra.py": ""}
    )
    assert found.modules == {
        "acme": "acme/__init__.py",
        "acme.sub": "acme/sub/__init__.py",
        "acme.sub.deep": "acme/sub/deep.py",
        "extra": "extra.py",
    }
    assert [path for path, _ in roots(found, Phase.IMPORT)] == [
        "acme/__init__.py",
        "extra.py",
        "acme/sub/__init__.py",
        "acme/sub/deep.py",
    ]
    assert (found.metadata.name, found.metadata.version) == ("acme", "1.0")


def test_purelib_and_platlib_of_the_data_folder_are_importable() -> None:
    found = wheel({"acme-1.0.data/purelib/acme/__init__.py": "", "acme-1.0.data/platlib/fast.py": ""})
    assert found.modules == {
        "acme": "acme-1.0.data/purelib/acme/__init__.py",
        "fast": "acme-1.0.data/platlib/fast.py",
    }


def test_data_that_land_in_site_packages_are_importable_and_their_pth_runs() -> None:
    found = wheel(
        {
            "acme-1.0.data/data/lib/python3.12/site-packages/late.py": "",
            "acme-1.0.data/data/lib/python3.12/site-packages/late.pth": "import late\n",
            "acme-1.0.data/data/share/note.py": "",
        }
    )
    assert found.modules == {"late": "acme-1.0.data/data/lib/python3.12/site-packages/late.py"}
    (start,) = [root for root in found.roots if root.phase == Phase.START]
    assert (start.code, start.line) == ("import late", 1)
    assert found.phases["acme-1.0.data/data/share/note.py"] == Phase.NEVER


def test_a_prefix_within_the_installation_is_importable_but_no_site_folder() -> None:
    place = "acme.prefix/lib/python3.12/site-packages"
    found = wheel({f"{place}/inner/__init__.py": "", f"{place}/inner.pth": "import inner\n"})
    assert found.modules == {"inner": f"{place}/inner/__init__.py"}
    assert roots(found, Phase.START) == []


def test_a_pth_in_the_prefix_itself_runs_on_windows() -> None:
    found = wheel({"acme-1.0.data/data/acme.pth": "import os; os.getcwd()\n"})
    assert roots(found, Phase.START) == [("acme-1.0.data/data/acme.pth", "")]


def test_console_scripts_run_their_function_as_a_command() -> None:
    points = "[console_scripts]\nacme = acme.cli:main\n[gui_scripts]\nacmew=acme.cli : App.run [gui]\n"
    found = wheel({"acme/__init__.py": "", "acme/cli.py": "", "acme-1.0.dist-info/entry_points.txt": points})
    assert roots(found, Phase.COMMAND) == [("acme/cli.py", "main"), ("acme/cli.py", "App.run")]


def test_a_plugin_is_imported_by_its_host_and_called_when_the_host_wants() -> None:
    found = wheel(
        {
            "acme/plugin.py": "",
            "acme-1.0.dist-info/entry_points.txt": "[pytest11]\nacme = acme.plugin:Plugin\n",
        }
    )
    assert ("acme/plugin.py", "") in roots(found, Phase.IMPORT)
    assert roots(found, Phase.COMMAND) == [("acme/plugin.py", "Plugin")]


def test_a_hook_of_setuptools_is_called_in_every_build() -> None:
    points = "[setuptools.finalize_distribution_options]\nacme = acme.hook:run\n"
    found = wheel({"acme/hook.py": "", "acme-1.0.dist-info/entry_points.txt": points})
    assert ("acme/hook.py", "run") in roots(found, Phase.IMPORT)


def test_scripts_of_a_wheel_are_commands() -> None:
    found = wheel({"acme-1.0.data/scripts/acme": "#!python\n", "acme-1.0.data/scripts/notes.md": ""})
    assert roots(found, Phase.COMMAND) == [("acme-1.0.data/scripts/acme", "")]
    assert found.parts["acme-1.0.data/scripts/acme"] == "script"


def test_main_of_a_package_is_a_command_and_not_an_import() -> None:
    found = wheel({"acme/__init__.py": "", "acme/__main__.py": ""})
    assert found.phases["acme/__main__.py"] == Phase.COMMAND
    assert roots(found, Phase.COMMAND) == [("acme/__main__.py", "")]


def test_installed_tests_count_as_called_until_something_reaches_them() -> None:
    found = wheel({"acme/__init__.py": "", "acme/tests/test_it.py": "", "tests/__init__.py": ""})
    assert found.phases["acme/tests/test_it.py"] == Phase.CALL
    assert found.phases["tests/__init__.py"] == Phase.CALL
    assert found.modules["acme.tests.test_it"] == "acme/tests/test_it.py"
    assert found.parts["acme/tests/test_it.py"] == "tests"


def test_templates_in_folders_that_no_import_can_name_count_as_called() -> None:
    found = wheel({"acme/__init__.py": "", "acme/project-template/app.py": ""})
    assert found.phases["acme/project-template/app.py"] == Phase.CALL


def test_compiled_modules_count_where_no_source_lies_beside_them() -> None:
    found = wheel(
        {
            "acme/__init__.pyc": b"",
            "acme/a.pyc": b"",
            "acme/a.py": "",
            "acme/__pycache__/b.cpython-311.pyc": b"",
        }
    )
    assert found.modules == {"acme": "acme/__init__.pyc", "acme.a": "acme/a.py"}


def test_a_package_goes_before_a_module_of_its_name() -> None:
    found = wheel({"acme.py": "", "acme/__init__.py": ""})
    assert found.modules["acme"] == "acme/__init__.py"
    assert found.phases["acme.py"] == Phase.IMPORT, "it is still judged"


def test_sitecustomize_at_the_top_runs_at_every_start_and_deeper_when_imported() -> None:
    found = wheel({"sitecustomize.py": "", "acme/usercustomize.py": ""})
    assert roots(found, Phase.START) == [("sitecustomize.py", "")]
    assert found.phases["acme/usercustomize.py"] == Phase.IMPORT


def test_members_of_nested_archives_are_not_importable_but_have_a_phase() -> None:
    found = wheel({"acme/__init__.py": "", "acme/bundle.zip!/evil.py": ""})
    assert "acme/bundle.zip!/evil.py" not in found.modules.values()
    assert found.phases["acme/bundle.zip!/evil.py"] == Phase.NEVER


def test_records_are_named() -> None:
    assert wheel({"acme/__init__.py": ""}).records == ("acme-1.0.dist-info/RECORD",)


def test_an_egg_has_its_metadata_and_scripts() -> None:
    found = surface(
        "egg",
        {
            "EGG-INFO/PKG-INFO": "Name: acme\nVersion: 2\n",
            "EGG-INFO/entry_points.txt": "[console_scripts]\nacme = acme:main\n",
            "EGG-INFO/scripts/run.py": "",
            "acme/__init__.py": "",
        },
    )
    assert found.metadata.version == "2"
    assert roots(found, Phase.COMMAND) == [("acme/__init__.py", "main"), ("EGG-INFO/scripts/run.py", "")]
    assert "EGG-INFO.scripts.run" not in found.modules


def test_a_wheel_named_as_a_tarball_is_read_as_installed() -> None:
    files = {"acme-1.0.dist-info/METADATA": "Name: acme\n", "acme/__init__.py": ""}
    for kind in ("sdist", "zip", "tar", "folder"):
        assert surface(kind, files).modules == {"acme": "acme/__init__.py"}


# -- sdists -----------------------------------------------------------------------------------------


def test_setup_py_runs_at_install_and_may_import_what_lies_beside_it() -> None:
    found = sdist({"setup.py": SETUP, "acme/__init__.py": "", "helper.py": "", "tools/gen.py": ""})
    assert roots(found, Phase.INSTALL) == [("acme-1.0/setup.py", "")]
    assert found.modules["helper"] == "acme-1.0/helper.py"
    assert found.modules["tools.gen"] == "acme-1.0/tools/gen.py"
    assert found.phases["acme-1.0/helper.py"] == Phase.NEVER
    assert found.phases["acme-1.0/acme/__init__.py"] == Phase.IMPORT


@pytest.mark.parametrize("folder", ["src", "lib", "python"])
def test_a_source_folder_is_the_import_path(folder: str) -> None:
    found = sdist({"pyproject.toml": "[project]\nname='acme'\n", f"{folder}/acme/__init__.py": ""})
    assert found.modules["acme"] == f"acme-1.0/{folder}/acme/__init__.py"


def test_a_flat_archive_has_its_root_at_the_top() -> None:
    found = surface("sdist", {"setup.py": SETUP, "acme/__init__.py": ""})
    assert found.modules["acme"] == "acme/__init__.py"
    assert roots(found, Phase.INSTALL) == [("setup.py", "")]


def test_the_shallowest_setup_py_is_the_one_that_runs() -> None:
    found = sdist({"setup.py": SETUP, "acme/__init__.py": "", "vendor/other-1.0/setup.py": "x = 1"})
    assert roots(found, Phase.INSTALL) == [("acme-1.0/setup.py", "")]
    assert found.phases["acme-1.0/vendor/other-1.0/setup.py"] == Phase.NEVER


def test_two_projects_side_by_side_both_count() -> None:
    found = surface("folder", {"a/setup.py": "", "a/one.py": "", "b/setup.py": "", "b/two/__init__.py": ""})
    assert [path for path, _ in roots(found, Phase.INSTALL)] == ["a/setup.py", "b/setup.py"]


def test_an_in_tree_backend_is_a_root_with_its_hooks() -> None:
    text = "[build-system]\nrequires=[]\nbuild-backend='backend.hooks:api'\nbackend-path=['_build']\n"
    found = sdist({"pyproject.toml": text, "_build/backend/hooks.py": "", "acme/__init__.py": ""})
    installs = roots(found, Phase.INSTALL)
    assert installs[0] == ("acme-1.0/_build/backend/hooks.py", "")
    assert ("acme-1.0/_build/backend/hooks.py", "api.build_wheel") in installs


def test_a_known_backend_is_not_looked_for_in_the_tree() -> None:
    text = "[build-system]\nrequires=['setuptools']\nbuild-backend='setuptools.build_meta'\n"
    found = sdist({"pyproject.toml": text, "setuptools/build_meta.py": "", "acme/__init__.py": ""})
    assert roots(found, Phase.INSTALL) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[tool.hatch.build.hooks.custom]\n", "hatch_build.py"),
        ("[tool.hatch.build.targets.wheel.hooks.custom]\npath='ci/hook.py'\n", "ci/hook.py"),
        ("[tool.hatch.metadata.hooks.custom]\n", "hatch_build.py"),
        ("[tool.hatch.version]\nsource='code'\npath='ver.py'\n", "ver.py"),
        ("[tool.poetry]\nname='acme'\nbuild='build.py'\n", "build.py"),
        ("[tool.poetry.build]\nscript='build.py'\n", "build.py"),
        ("[build-system]\nbuild-backend='pdm.backend'\n", "pdm_build.py"),
        ("[tool.pdm.build]\ncustom-hook='hook.py'\n", "hook.py"),
        ("[tool.setuptools.cmdclass]\nsdist='acme.cmd.Sdist'\n", "acme/cmd.py"),
        ("[tool.setuptools.dynamic]\nversion={attr='acme.ver.V'}\n", "acme/ver.py"),
        ("[tool.scikit-build.metadata.version]\nprovider='prov'\nprovider-path='ci'\n", "ci/prov.py"),
        ("[build-system]\nbuild-backend='mesonpy'\n", "meson.build"),
        ("[build-system]\nbuild-backend='maturin'\n", "build.rs"),
    ],
)
def test_what_a_build_runs_is_a_root_of_the_installation(text: str, path: str) -> None:
    found = sdist({"pyproject.toml": text, "acme/__init__.py": "", path: "V = compute()\n"})
    assert (f"acme-1.0/{path}", "") in roots(found, Phase.INSTALL)


def test_an_attribute_that_is_a_constant_is_read_without_an_import() -> None:
    cfg = "[metadata]\nname = acme\nversion = attr: acme.ver.V\n[options]\npackages = find:\n"
    plain = sdist({"setup.cfg": cfg, "acme/__init__.py": "", "acme/ver.py": "V = '1.0'\n"})
    assert roots(plain, Phase.INSTALL) == []
    computed = sdist({"setup.cfg": cfg, "acme/__init__.py": "", "acme/ver.py": "V = get()\n"})
    assert roots(computed, Phase.INSTALL) == [("acme-1.0/acme/ver.py", "")]


def test_cffi_modules_are_run_by_the_build() -> None:
    text = "from setuptools import setup\nsetup(name='acme', cffi_modules=['build_ffi.py:ffi'])\n"
    found = sdist({"setup.py": text, "build_ffi.py": ""})
    assert ("acme-1.0/build_ffi.py", "ffi") in roots(found, Phase.INSTALL)


def test_package_dir_and_py_modules_of_setup_py() -> None:
    text = "from setuptools import setup\nsetup(packages=['acme'], package_dir={'acme': 'code'}, py_modules=['single'])\n"
    found = sdist(
        {"setup.py": text, "code/__init__.py": "", "code/x.py": "", "single.py": "", "other.py": ""}
    )
    assert found.modules["acme.x"] == "acme-1.0/code/x.py"
    assert found.phases["acme-1.0/single.py"] == Phase.IMPORT
    assert found.phases["acme-1.0/other.py"] == Phase.NEVER


def test_an_explicit_list_of_packages_leaves_the_others_out() -> None:
    found = sdist({"setup.py": SETUP, "acme/__init__.py": "", "helpers/__init__.py": ""})
    assert found.phases["acme-1.0/helpers/__init__.py"] == Phase.NEVER


def test_below_a_listed_package_all_may_be_its_data() -> None:
    found = sdist({"setup.py": SETUP, "acme/__init__.py": "", "acme/zones/__init__.py": ""})
    assert found.phases["acme-1.0/acme/zones/__init__.py"] == Phase.IMPORT


def test_modules_that_hatch_is_told_to_include() -> None:
    text = "[project]\nname='acme'\n[tool.hatch.build.targets.wheel]\ninclude=['/launch.py', 'acme/**', 'tools']\n"
    found = sdist(
        {"pyproject.toml": text, "launch.py": "", "acme/__init__.py": "", "tools/a.py": "", "other.py": ""}
    )
    for path, phase in (("launch.py", Phase.IMPORT), ("tools/a.py", Phase.IMPORT), ("other.py", Phase.NEVER)):
        assert found.phases[f"acme-1.0/{path}"] == phase, path


def test_files_that_hatch_puts_elsewhere_become_what_they_are_called_there() -> None:
    text = (
        "[project]\nname='acme'\n[tool.hatch.build.force-include]\n"
        "'./launch.py'='launch.py'\n'data/blob.txt'='acme/late.py'\n'extra'='acme/extra'\n"
    )
    files = {
        "pyproject.toml": text,
        "launch.py": "",
        "data/blob.txt": "",
        "acme/__init__.py": "",
        "extra/x.py": "",
    }
    found = sdist(files)
    assert found.modules["launch"] == "acme-1.0/launch.py"
    assert found.modules["acme.late"] == "acme-1.0/data/blob.txt"
    assert found.modules["acme.extra.x"] == "acme-1.0/extra/x.py"
    assert ("acme-1.0/data/blob.txt", "") in roots(found, Phase.IMPORT)


def test_data_that_hatch_shares_are_judged_by_where_they_go() -> None:
    text = "[project]\nname='acme'\n[tool.hatch.build.targets.wheel.shared-data]\n'conf.txt'='pip.conf'\n"
    found = sdist({"pyproject.toml": text, "conf.txt": "", "acme/__init__.py": ""})
    assert [oddity.kind for oddity in found.oddities] == ["data-takes-over"]


@pytest.mark.parametrize("folder", ["docs_src", "test_scripts", "testing", "acme_tests"])
def test_folders_that_are_named_as_not_meant_to_be_installed(folder: str) -> None:
    files = {"pyproject.toml": "[project]\nname='acme'", "acme/__init__.py": "", f"{folder}/__init__.py": ""}
    assert sdist(files).phases[f"acme-1.0/{folder}/__init__.py"] == Phase.NEVER


def test_find_packages_installs_every_package_even_tools() -> None:
    text = "from setuptools import setup, find_packages\nsetup(packages=find_packages())\n"
    found = sdist(
        {"setup.py": text, "acme/__init__.py": "", "utils/__init__.py": "", "tests/__init__.py": ""}
    )
    assert found.phases["acme-1.0/utils/__init__.py"] == Phase.IMPORT
    assert found.phases["acme-1.0/tests/__init__.py"] == Phase.CALL


def test_find_packages_in_a_folder() -> None:
    text = "import setuptools as s\ns.setup(packages=s.find_packages('code'), package_dir={'': 'code'})\n"
    found = sdist({"setup.py": text, "code/acme/__init__.py": ""})
    assert found.modules["acme"] == "acme-1.0/code/acme/__init__.py"


def test_a_list_of_packages_that_only_a_run_could_tell_counts_as_all() -> None:
    found = sdist({"setup.py": "setup(packages=discover())", "acme/__init__.py": "", "tools/__init__.py": ""})
    assert found.phases["acme-1.0/tools/__init__.py"] == Phase.IMPORT


def test_a_setup_py_that_cannot_be_read_hides_nothing() -> None:
    found = sdist({"setup.py": "print 'python 2'\n", "acme/__init__.py": ""})
    assert found.phases["acme-1.0/acme/__init__.py"] == Phase.IMPORT
    assert roots(found, Phase.INSTALL) == [("acme-1.0/setup.py", "")]


def test_entry_points_of_setup_py_setup_cfg_and_pyproject() -> None:
    ini = "entry_points='[console_scripts]\\na = acme.x:one\\n'"
    table = "entry_points={'console_scripts': ['b = acme.x:two']}"
    for arguments in (ini, table):
        found = sdist(
            {"setup.py": f"setup(name='acme', {arguments})", "acme/__init__.py": "", "acme/x.py": ""}
        )
        assert len(roots(found, Phase.COMMAND)) == 1, arguments
    cfg = "[options.entry_points]\nconsole_scripts =\n    c = acme.x:three\n"
    assert roots(sdist({"setup.cfg": cfg, "acme/x.py": "", "acme/__init__.py": ""}), Phase.COMMAND) == [
        ("acme-1.0/acme/x.py", "three")
    ]
    toml = "[project]\nname='acme'\n[project.scripts]\nd='acme.x:four'\n[project.entry-points.pytest11]\ne='acme.x'\n"
    assert roots(sdist({"pyproject.toml": toml, "acme/x.py": "", "acme/__init__.py": ""}), Phase.COMMAND) == [
        ("acme-1.0/acme/x.py", "four")
    ]


def test_tests_docs_and_examples_of_an_sdist_are_there_and_never_run() -> None:
    found = sdist(
        {
            "pyproject.toml": "[project]\nname='acme'",
            "acme/__init__.py": "",
            "tests/test_a.py": "",
            "docs/conf.py": "",
        }
    )
    assert found.phases["acme-1.0/tests/test_a.py"] == Phase.NEVER
    assert (found.parts["acme-1.0/tests/test_a.py"], found.parts["acme-1.0/docs/conf.py"]) == (
        "tests",
        "docs",
    )


def test_a_namespace_package_without_init_is_installed() -> None:
    found = sdist(
        {"pyproject.toml": "[project]\nname='acme-core'", "acme/core/__init__.py": "", "acme/core/x.py": ""}
    )
    assert found.phases["acme-1.0/acme/core/x.py"] == Phase.IMPORT


def test_pth_of_an_sdist_counts_as_installed_except_among_tests() -> None:
    found = sdist(
        {"setup.py": SETUP, "acme/__init__.py": "", "acme.pth": "import acme\n", "tests/b.pth": "import os\n"}
    )
    assert roots(found, Phase.START) == [("acme-1.0/acme.pth", "")]


def test_metadata_come_from_the_settings_where_there_is_no_pkg_info() -> None:
    text = "[project]\nname='acme'\nversion='3'\ndescription='It does.'\ndependencies=['requests']\n"
    found = surface("folder", {"pyproject.toml": text, "acme/__init__.py": ""})
    assert found.metadata.name == "acme"
    assert found.metadata.version == "3"
    assert found.metadata.requires == ("requests",)


# -- single files, loose folders ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("tool.py", Phase.IMPORT),
        ("setup.py", Phase.INSTALL),
        ("sitecustomize.py", Phase.START),
        ("run.sh", Phase.IMPORT),
    ],
)
def test_one_file_is_judged_by_its_name(name: str, phase: Phase) -> None:
    found = surface("file", {name: ""})
    assert [(root.path, root.phase) for root in found.roots] == [(name, phase)]


def test_a_folder_without_packaging_is_importable_from_its_top() -> None:
    found = surface("folder", {"one.py": "", "two/three.py": ""})
    assert found.modules == {"one": "one.py", "two.three": "two/three.py"}


def test_a_project_inside_a_nested_archive_is_found() -> None:
    found = surface("zip", {"outer.tar.gz!/acme-1.0/setup.py": "", "outer.tar.gz!/acme-1.0/acme.py": ""})
    assert roots(found, Phase.INSTALL) == [("outer.tar.gz!/acme-1.0/setup.py", "")]


def test_more_projects_than_are_mapped_are_told() -> None:
    found = surface("folder", {f"d{number}/setup.py": "" for number in range(1_200)})
    assert [oddity.kind for oddity in found.oddities] == ["surface-unreadable"]
    assert len(roots(found, Phase.INSTALL)) == 1_000


# -- hostile input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "a = " + "[" * 50_000},
        {"pyproject.toml": "[tool.hatch.build]\nhooks = 7\n[project]\nscripts = [1]\nname = {}\n"},
        {"pyproject.toml": b"\xff\xfe\x00"},
        {"pyproject.toml": "x = '" + "y" * (3 << 20) + "'"},
        {"setup.cfg": "]\n[options\npackages = find:\n" * 1000},
        {"setup.py": "x = " + "(" * 5_000},
        {"setup.py": "setup(name=" + "+".join(["'a'"] * 20_000) + ")"},
        {"setup.py": "a = b\nb = a\nsetup(name=a, packages=b, **a)\n"},
        {"PKG-INFO": "Name: " + "x" * 100_000 + "\n" + "Requires-Dist: a\n" * 50_000},
    ],
)
def test_hostile_settings_never_raise_and_modules_still_count(files: dict[str, str | bytes]) -> None:
    found = sdist({"acme/__init__.py": ""} | files)
    assert found.phases["acme-1.0/acme/__init__.py"] == Phase.IMPORT


def test_settings_that_cannot_be_read_are_told() -> None:
    found = sdist({"acme/__init__.py": "", "pyproject.toml": "a = " + "[" * 500})
    assert "surface-unreadable" in [oddity.kind for oddity in found.oddities]


_NAME = st.sampled_from(
    ["acme", "src", "tests", "a.data", "x-1.dist-info", "EGG-INFO", "purelib", "z.zip!", "..", "é"]
)
_BASE = st.sampled_from(
    [
        "setup.py",
        "__init__.py",
        "m.py",
        "m.pyc",
        "a.pth",
        "METADATA",
        "RECORD",
        "WHEEL",
        "pyproject.toml",
        "setup.cfg",
        "x",
    ]
)


@given(
    kind=st.sampled_from(["wheel", "sdist", "egg", "zip", "tar", "folder", "file"]),
    paths=st.lists(
        st.builds(lambda folders, base: "/".join([*folders, base]), st.lists(_NAME, max_size=4), _BASE)
    ),
    content=st.binary(max_size=60)
    | st.sampled_from([b"[project]\nname='a'", b"import os", b"Name: x\nVersion: 1"]),
)
def test_any_layout_maps_and_every_python_file_has_a_phase(
    kind: str, paths: list[str], content: bytes
) -> None:
    found = map_surface(kind, paths, lambda _: content, popular=["requests"])
    assert set(found.modules.values()) <= set(paths)
    assert {path for path in paths if path.endswith(".py")} <= set(found.phases)
    assert [root.phase.rank for root in found.roots] == sorted(
        (root.phase.rank for root in found.roots), reverse=True
    )
    assert {root.path for root in found.roots} <= set(paths)


def test_members_that_were_not_kept_are_as_if_empty() -> None:
    def nothing(path: str) -> bytes:
        raise KeyError(path)

    found = map_surface("wheel", ["acme/__init__.py", "acme-1.dist-info/METADATA", "a.pth"], nothing)
    assert found.modules == {"acme": "acme/__init__.py"}
