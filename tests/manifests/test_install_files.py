"""Sample files of every format that installs: what is found, and in which line."""

from __future__ import annotations

import pytest
from tests.manifests.reading import commands, defects, indexes, read, read_data, requirements

from stockade.model.requirements import ManifestKind, Role


def test_dockerfile() -> None:
    manifest = read_data("Dockerfile")
    assert (manifest.kind, manifest.role) == (ManifestKind.DOCKERFILE, Role.COMMANDS)
    assert commands(manifest) == [
        "8 pip install | poetry==1.8.3 | uv==0.9.1",
        "14-16 pip install | django<6,>=5 | -r requirements.txt | require_hashes",
        "18 pip install | gunicorn==23.0.0",
        "21 pip install | heredoc-one",
        "22 pip install | heredoc-two==2",
        "24 pip install | onbuild-package",
        "27 pip install | windows-package",
        "27 pip install | second-package",
        "28 pip install",
    ]
    assert manifest.commands[1].requirements[0].location.line == 16
    assert indexes(manifest) == ["5 primary https://index.example/simple!"]
    assert defects(manifest) == ["28 package given by a variable: $UNKNOWN in `pip install $UNKNOWN`"]
    assert "hunter2" not in repr(manifest)


def test_dockerfile_with_another_escape() -> None:
    manifest = read(
        "Dockerfile.windows", '# escape=`\nFROM x\nSHELL ["powershell"]\nRUN pip install `\n  # why\n  foo\n'
    )
    assert commands(manifest) == ["4-6 pip install | foo"]


def test_dockerfile_argument_of_the_file_reaches_a_stage_only_when_asked_for() -> None:
    manifest = read("Dockerfile", "ARG V=1\nFROM a\nRUN pip install x==$V\nARG V\nRUN pip install y==$V\n")
    assert commands(manifest) == ["3 pip install | x", "5 pip install | y==1"]


def test_switches_of_the_environment_hold_for_later_commands() -> None:
    docker = read(
        "Dockerfile",
        "FROM a\nRUN uv sync\nENV UV_LOCKED=1 PIP_REQUIRE_HASHES=true\nRUN uv sync && pip install -r r.txt\n",
    )
    assert commands(docker) == [
        "2 uv sync",
        "4 uv sync | locked",
        "4 pip install | -r r.txt | require_hashes",
    ]
    workflow = read(
        ".github/workflows/x.yml",
        "jobs:\n  a:\n    env:\n      UV_FROZEN: 1\n    steps:\n    - run: uv sync\n  b:\n    steps:\n    - run: uv sync\n",
    )
    assert commands(workflow) == ["6 uv sync | frozen", "9 uv sync"]


def test_github_workflow() -> None:
    manifest = read_data("workflow.yml", ".github/workflows/ci.yml")
    assert manifest.kind is ManifestKind.CI
    assert commands(manifest) == [
        "13 pip install | ruff==0.14.0",
        "16 pip install | pip",
        "19-21 pip install | pytest | -r requirements/dev.txt | -c constraints.txt",
        "22 pip install | django",
        "24-26 uv sync | locked",
        "32-33 pip install | from-pwsh",
        "34 poetry install | locked",
        "34-35 pip install | folded-plain",
        "40 pip install | cython",
    ]
    assert manifest.commands[2].requirements[0].location.line == 21
    assert requirements(manifest) == ["41 pytest", "41 hypothesis==6.0"]
    assert indexes(manifest) == [
        "4 extra https://extra.example/simple",
        "37 extra https://${USER}:${TOKEN}@corp.example/simple",
    ]
    assert [text.partition(" in ")[0] for text in defects(manifest)] == [
        "22 package given by a variable: ${{ matrix.extra }}",
        "29 a script for 'python' seems to install packages: it is not read",
    ]


def test_gitlab_pipeline() -> None:
    manifest = read_data("gitlab.yml", ".gitlab-ci.yml")
    assert commands(manifest) == [
        "7 pip install | tox==4.0",
        "13 pip install | known-package",
        "17 pip install | nested",
        "21 uv sync | frozen",
    ]
    assert manifest.includes == ("ci/deploy.yml",)
    assert indexes(manifest) == ["5 primary https://git.example/api/v4/simple!"]
    assert "glpat" not in repr(manifest)
    assert defects(manifest) == [
        "3 includes 'https://templates.example/x.yml' from elsewhere, which was not judged"
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "azure-pipelines.yml",
            (
                "steps:\n- script: |\n    pip install a\n- bash: pip install b\n- task: UsePythonVersion@0\n"
                "- powershell: |\n    pip install c `\n      d\n"
            ),
            ["3 pip install | a", "4 pip install | b", "7-8 pip install | c | d"],
        ),
        (
            ".circleci/config.yml",
            (
                "jobs:\n  x:\n    steps:\n    - run: pip install a << parameters.args >>\n"
                "    - run:\n        name: n\n        command: |\n          pip install b\n"
            ),
            ["4 pip install | a", "8 pip install | b"],
        ),
        (
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n  - step:\n      script:\n      - pip install a\n      - pip install b\n",
            ["5 pip install | a", "6 pip install | b"],
        ),
        (".travis.yml", "install:\n- pip install a\nscript: tox\n", ["2 pip install | a"]),
        (
            ".drone.yml",
            "kind: pipeline\nsteps:\n- commands: [pip install a, pytest]\n---\nsteps:\n- commands:\n  - pip install b\n",
            ["3 pip install | a", "7 pip install | b"],
        ),
        (".woodpecker/x.yml", "steps:\n  t:\n    commands:\n    - pip install a\n", ["4 pip install | a"]),
        (".buildkite/pipeline.yml", "steps:\n- command: pip install a\n", ["2 pip install | a"]),
        (
            "cloudbuild.yaml",
            "steps:\n- name: python\n  entrypoint: pip\n  args: ['install', '-r', 'req.txt']\n",
            ["4 pip install | -r req.txt"],
        ),
        (
            ".readthedocs.yaml",
            "build:\n  jobs:\n    pre_build:\n    - pip install a\n",
            ["4 pip install | a"],
        ),
        (
            "action.yml",
            "runs:\n  using: composite\n  steps:\n  - shell: bash\n    run: pip install a\n",
            ["5 pip install | a"],
        ),
        ("compose.yaml", "services:\n  x:\n    command: [pip, install, a]\n", ["3 pip install | a"]),
    ],
)
def test_other_pipelines(path: str, text: str, expected: list[str]) -> None:
    manifest = read(path, text)
    assert manifest.kind is ManifestKind.CI
    assert commands(manifest) == expected


def test_pre_commit_dependencies_are_requirements_but_for_other_languages() -> None:
    manifest = read_data("pre-commit.yaml", ".pre-commit-config.yaml")
    assert requirements(manifest) == ["7 types-pyyaml==6.0.12", "8 pydantic>=2"]
    assert [requirement.group for requirement in manifest.requirements] == ["mypy", "mypy"]
    assert commands(manifest) == ["17 pip install | from-entry"]
    assert not manifest.defects


def test_tox_ini() -> None:
    manifest = read_data("tox.ini")
    assert manifest.kind is ManifestKind.TOX
    assert requirements(manifest) == [
        "3 tox>=4",
        "4 tox-uv",
        "9 pytest==8.4.0",
        "16 coverage[toml]>=7",
        "17 django~=4.2.0",
        "20 attrs==25.1",
        "31 sphinx",
    ]
    assert manifest.requirements[-1].group == "docs"
    assert manifest.includes == ("requirements/test.txt", "constraints.txt")
    assert manifest.constraint_includes == ("constraints.txt",)
    assert commands(manifest) == ["24 pip install | wheel", "27 pip install | ruff"]
    assert indexes(manifest) == ["22 primary https://index.example/simple"]
    assert defects(manifest) == ["19 package given by a variable: {env:EXTRA_PACKAGE}"]


def test_tox_toml() -> None:
    text = (
        'requires = ["tox>=4.22"]\n[env_run_base]\ndeps = [\n  "pytest==8",\n  "-r requirements.txt",\n]\n'
        'commands = [["python", "-m", "pip", "install", "x"]]\n[env.lint]\ndeps = ["ruff"]\n'
        'set_env = { PIP_INDEX_URL = "https://index.example/simple" }\n'
    )
    manifest = read("tox.toml", text)
    assert requirements(manifest) == ["1 tox>=4.22", "4 pytest==8", "9 ruff"]
    assert manifest.includes == ("requirements.txt",)
    assert commands(manifest) == ["7 pip install | x"]
    assert indexes(manifest) == ["10 primary https://index.example/simple"]


def test_noxfile() -> None:
    manifest = read_data("noxfile.py")
    assert commands(manifest) == [
        "9 pip install | pytest==8.4.0 | coverage | -c constraints.txt",
        "10 pip install | -r requirements.txt | local .",
        "11 pip install | black==25.1.0",
        "12 pip install | from-run",
        "13 uv sync | locked",
        "14 conda install | numpy==2.1.* (conda:conda-forge)",
        "16 pip install",
    ]
    assert defects(manifest) == ["16 package given by a variable: {choose()} in `pip install {choose()}`"]


def test_noxfile_that_is_no_python() -> None:
    assert defects(read("noxfile.py", "def (:\n")) == ["1 not Python: invalid syntax"]


def test_notebook() -> None:
    manifest = read_data("notebook.ipynb")
    assert manifest.kind is ManifestKind.NOTEBOOK
    assert commands(manifest) == [
        "11-12 pip install | torch==2.5.0 | torchvision",
        "13 pip install | pandas>=2",
        "14 pip install",
        "15 pip install | assigned",
        "17 pip install | automagic",
        "22 pip install | in-bash-cell",
        "30 conda install | faiss-cpu (conda:pytorch)",
    ]
    assert manifest.commands[0].requirements[1].location.line == 12
    assert len(manifest.defects) == 1


def test_conda_environment() -> None:
    manifest = read_data("environment.yml")
    assert requirements(manifest) == [
        "6 python==3.12.* (conda:conda-forge)",
        "7 numpy<3,>=2 (conda:conda-forge)",
        "8 pytorch==2.5.1 (conda:pytorch)",
        "10 scipy==1.14.* (conda:conda-forge)",
        "11 pip (conda:conda-forge)",
        "13 requests==2.32.3",
        "16 tool (vcs)",
    ]
    assert [(found.ecosystem, found.name) for found in manifest.foreign] == [("conda", "_openmp_mutex")]
    assert indexes(manifest) == [
        "4 explicit https://conda.example/t/***/acme!",
        "15 extra https://extra.example/simple",
    ]
    assert manifest.includes == ("requirements.txt",)
    assert [text.partition(":")[0] for text in defects(manifest)] == ["17 not a requirement"]
    assert manifest.project == "acme"


def test_conda_lock() -> None:
    manifest = read_data("conda-lock.yml")
    assert manifest.role is Role.LOCK
    assert [(p.location.line, p.name, str(p.version), p.source.index) for p in manifest.locked] == [
        (3, "numpy", "2.1.0", "conda:conda-forge"),
        (13, "requests", "2.32.3", ""),
    ]
    assert manifest.locked[0].hashes == ("md5:0123456789abcdef0123456789abcdef", "sha256:aaaa")
    assert manifest.locked[1].unhashed_artifacts == 1
    assert [(found.name, found.version) for found in manifest.foreign] == [("openssl", "1.1.1l")]
    assert defects(manifest) == ["16 not a project name: 'Bad_Name_'"]


def test_makefile() -> None:
    manifest = read_data("Makefile")
    assert commands(manifest) == [
        "6 pip install | inline",
        "7 pip install | tool==1.2.3",
        "8 pip install | a",
        "9 pip install | b",
        "10 pip install | other",
    ]


def test_justfile_and_procfile() -> None:
    just = read("justfile", 'v := "2.0"\ninstall:\n    @pip install x=={{v}}\n    -pip install y\n')
    assert commands(just) == ["3 pip install | x==2.0", "4 pip install | y"]
    assert commands(read("Procfile", "web: gunicorn app\nrelease: pip install z\n")) == ["2 pip install | z"]


def test_windows_scripts() -> None:
    batch = read(
        "setup.bat",
        (
            "@echo off\nset PIP_INDEX_URL=https://index.example/simple\nrem pip install no\n"
            '@call venv\\Scripts\\pip.exe install a ^\n  b\nif "%X%"=="1" (py -3 -m pip install c) else pip install d\n'
        ),
    )
    assert commands(batch) == ["4-5 pip install | a | b", "6 pip install | c", "6 pip install | d"]
    assert indexes(batch) == ["2 primary https://index.example/simple"]
    power = read(
        "setup.ps1",
        (
            '<# pip install no #>\n$env:PIP_INDEX_URL = "https://index.example/simple"\n'
            '& "$env:VENV\\Scripts\\python.exe" -m pip install a `\n  "b>=1"\n'
            "foreach ($p in $list) { pip install $p }\n"
        ),
    )
    assert commands(power) == ["3-4 pip install | a | b>=1", "5 pip install"]
    assert indexes(power) == ["2 primary https://index.example/simple"]
    assert [text.partition(" in ")[0] for text in defects(power)] == ["5 package given by a variable: $p"]


def test_package_json() -> None:
    manifest = read(
        "package.json",
        (
            '{\n "name": "web",\n "private": true,\n "dependencies": {\n  "react": "^19.0.0"\n },\n'
            ' "devDependencies": {"vite": 7},\n "scripts": {\n  "postinstall": "pip install -r req.txt"\n }\n}\n'
        ),
    )
    assert [(f.location.line, f.ecosystem, f.name, f.version) for f in manifest.foreign] == [
        (5, "npm", "react", "^19.0.0")
    ]
    assert (manifest.project, manifest.project_private, manifest.role) == ("web", True, Role.FOREIGN)
    assert commands(manifest) == ["9 pip install | -r req.txt"]
    assert defects(manifest) == ["7 the version of 'vite' is no string: it is not read"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                '{"lockfileVersion": 1, "dependencies": {\n"a": {"version": "1.0.0", "dependencies": {\n'
                '"b": {"version": "2.0.0"}}}}}'
            ),
            [(2, "a", "1.0.0"), (3, "b", "2.0.0")],
        ),
        (
            (
                '{"lockfileVersion": 3, "packages": {\n"": {"name": "x"},\n'
                '"node_modules/a": {"version": "1.0.0"},\n'
                '"node_modules/a/node_modules/@s/b": {"version": "2.0.0"},\n"lib": {},\n'
                '"node_modules/lib": {"link": true}}}'
            ),
            [(3, "a", "1.0.0"), (4, "@s/b", "2.0.0")],
        ),
    ],
)
def test_package_lock(text: str, expected: list[tuple[int, str, str]]) -> None:
    manifest = read("package-lock.json", text)
    assert [(f.location.line, f.name, f.version) for f in manifest.foreign] == expected
    assert all(found.locked for found in manifest.foreign)
    assert not manifest.defects


def test_package_lock_that_is_none() -> None:
    assert defects(read("package-lock.json", '{"a": 1}')) == [
        "0 neither 'packages' nor 'dependencies': this is no lockfile of npm"
    ]


def test_go_mod() -> None:
    manifest = read(
        "go.mod",
        (
            "module git.example/acme/tool\n\ngo 1.24\nrequire git.example/a v1.0.0\nrequire (\n"
            "\tgit.example/b v2.0.0 // indirect\n"
            "\tgit.example/c\n)\nreplace git.example/a => git.example/fork v1.0.1\nreplace git.example/b => ../b\nodd thing\n"
        ),
    )
    assert [(f.location.line, f.name, f.version) for f in manifest.foreign] == [
        (4, "git.example/a", "v1.0.0"),
        (6, "git.example/b", "v2.0.0"),
        (9, "git.example/fork", "v1.0.1"),
    ]
    assert manifest.project == "git.example/acme/tool"
    assert [text.partition(":")[0] for text in defects(manifest)] == [
        "7 not a require directive that can be read",
        "11 the directive 'odd' is not known, and not read",
    ]


def test_pip_conf() -> None:
    manifest = read_data("pip.conf")
    assert (manifest.kind, manifest.role) == (ManifestKind.CLIENT_CONFIG, Role.SETTINGS)
    assert indexes(manifest) == [
        "2 primary https://index.example/simple!",
        "4 extra https://one.example/simple",
        "5 extra https://${TOKEN}@two.example/simple",
        "6 trusted-host index.example",
        "10 find-links https://links.example/",
    ]
    assert manifest.require_hashes
    assert "secret" not in repr(manifest)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            ".pypirc",
            (
                "[distutils]\nindex-servers = corp\n[corp]\nrepository = https://up.example/\nusername = u\npassword = pw\n"
                "[other]\nrepository = https://two.example/\npassword = ${PW}\n"
            ),
            ["4 upload https://up.example/!", "8 upload https://two.example/"],
        ),
        (
            "uv.toml",
            (
                'index-url = "https://a.example/simple"\nallow-insecure-host = ["b.example"]\n[[index]]\nname = "corp"\n'
                'url = "https://u:p@c.example/simple"\nexplicit = true\n[[index]]\nurl = "https://d.example"\ndefault = true\n'
            ),
            [
                "1 primary https://a.example/simple",
                "2 trusted-host b.example",
                "5 explicit https://c.example/simple!",
                "8 primary https://d.example",
            ],
        ),
        (
            "poetry.toml",
            '[repositories.corp]\nurl = "https://up.example/"\n[http-basic.corp]\nusername = "u"\npassword = "p"\n',
            ["2 upload https://up.example/", "3 upload !"],
        ),
        (
            "pdm.toml",
            '[pypi]\nurl = "https://a.example"\n[pypi.extra]\nurl = "https://b.example"\nverify_ssl = false\n',
            ["2 primary https://a.example", "4 extra https://b.example"],
        ),
        (
            ".condarc",
            "channels:\n- defaults\n- https://u:p@conda.example/x\nssl_verify: false\n",
            ["3 explicit https://conda.example/x!"],
        ),
    ],
)
def test_client_configuration(name: str, text: str, expected: list[str]) -> None:
    manifest = read(name, text)
    assert indexes(manifest) == expected
    assert not manifest.defects
    assert manifest.first_wins == (name == "uv.toml")


def test_conda_channel_without_tls_is_marked() -> None:
    manifest = read(".condarc", "channels: ['https://conda.example/x']\nssl_verify: no\n")
    assert [index.verify_tls for index in manifest.indexes] == [False]
